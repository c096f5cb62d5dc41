// Puts the OpenAPI 3.1 document together from the schemas that validate and the tables that answer.
// Made when the project is built, so the Worker carries none of it.

import * as z from 'zod/v4-mini'
import { videoSchema } from '../../shared/video/schema.ts'
import { httpErrors, type HttpErrorCode } from '../http/errors.ts'
import { type Access, type Route, routes, splitRoute, toScope } from '../http/routes.ts'
import * as answers from '../http/answers.ts'
import { type Answer, type Operation, tags, toTemplate } from './operation.ts'
import { operationIds, toCapitals } from './operationIds.ts'
import { operations } from './operations.ts'
import { type ParameterName, parameters } from './parameters.ts'
import * as requests from './requests.ts'

/** Schemas with a name of their own; every other one stands where it is used. */
const named = Object.entries<z.ZodMiniType>({ ...answers, ...requests }).sort(([one], [other]) =>
  one < other ? -1 : 1,
)
const names = new Map(named.map(([name, schema]) => [schema, name]))
const toReference = (name: string) => `#/components/schemas/${name}`

export function createDocument(): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of Object.keys(operations) as Route[]) {
    const [method, path] = splitRoute(route)
    const template = toTemplate(path)
    paths[template] = { ...paths[template], [method.toLowerCase()]: toOperation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Reelay',
      version: '0.2.0',
      description:
        'A durable video API: pay once, lose nothing, see it happen. OpenAI’s clients work by changing their base URL.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: tags.map((name) => ({ name })),
    paths,
    webhooks: toWebhooks(),
    components: {
      schemas: toComponents(),
      parameters,
      examples: toExamples(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, `rk_…`.' },
        admin: {
          type: 'http',
          scheme: 'bearer',
          description: 'The ADMIN_TOKEN of the gateway; its ADMIN_READ_TOKEN for what only reads.',
        },
        link: {
          type: 'apiKey',
          in: 'query',
          name: 'signature',
          description: 'The link in a video’s `url` or `events_url`, exactly as it was given.',
        },
      },
    },
  }
}

const webhookSummaries = {
  'video.completed': 'A video is stored',
  'video.failed': 'A video has failed',
  'videos.finished': 'Every video of a callback has ended',
}

/** What we send, to whoever subscribed or gave an address with a request. */
function toWebhooks(): object {
  return Object.fromEntries(
    Object.entries(webhookSummaries).map(([type, summary]) => [
      type,
      {
        post: {
          operationId: `on${toCapitals(type)}`,
          tags: ['Webhooks'],
          summary,
          description:
            'Signed as Standard Webhooks say: webhook-id, webhook-timestamp, webhook-signature. The id is the same in every attempt. 410 disables the endpoint.',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: toSchema(answers.WebhookEvent) } },
          },
          responses: { '2XX': { description: 'Taken. Anything else is tried again for hours.' } },
        },
      },
    ]),
  )
}

function toComponents(): object {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of named) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { ...options, uri: toReference })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]),
  )
}

const options: NonNullable<Parameters<typeof z.toJSONSchema>[1]> = {
  unrepresentable: 'any',
  override({ zodSchema, jsonSchema }) {
    const { def } = zodSchema._zod
    // What a client takes for a missing field is no promise.
    if (def.type === 'catch') delete jsonSchema.default
    // More fields may come, but none do yet: only a schema that says so is closed, or open.
    const isPlain = def.type === 'object' && def.catchall === undefined
    if (isPlain || zodSchema === videoSchema) delete jsonSchema.additionalProperties
  },
}

/** A part of a document has no dialect and no address of its own. */
function withoutIdentity(schema: object): object {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => keyword !== '$schema' && keyword !== '$id'),
  )
}

function toSchema(schema: z.ZodMiniType): object {
  const name = names.get(schema)
  if (name !== undefined) return { $ref: toReference(name) }
  return withoutIdentity(z.toJSONSchema(schema, options))
}

function toOperation(route: Route): object {
  const operation: Operation = operations[route]
  const [access] = routes[route]
  const [, path] = splitRoute(route)
  const { summary, description = '', tag, body, isHidden } = operation
  const scope = access === 'link' ? null : toScope(access)
  const needs = scope === null ? '' : `Scope: \`${scope}\`.`
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as ParameterName)
  return {
    operationId: operationIds[route],
    tags: [tag],
    ...(isHidden === true && { 'x-internal': true }),
    summary,
    description: `${description} ${needs}`.trim(),
    security: toSecurity(access),
    parameters: [...inPath, ...(operation.parameters ?? [])].map((name) => ({
      $ref: `#/components/parameters/${name}`,
    })),
    ...(body !== undefined && {
      requestBody: {
        required: body.optional !== true,
        content: {
          'application/json': { schema: toSchema(body.schema), example: body.example },
          ...(body.form === true && { 'multipart/form-data': { schema: toSchema(body.schema) } }),
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        operation.answers.map((answer) => [String(answer.status), toResponse(answer)]),
      ),
      ...toErrors(route),
    },
  }
}

function toSecurity(access: Access): object[] {
  if (access === 'anyone') return [{}]
  if (access === 'admin') return [{ admin: [] }]
  return access === 'link' ? [{ link: [] }, { key: [] }] : [{ key: [] }]
}

function toResponse({ status, description, schema, events, lines, bytes = [] }: Answer): object {
  if (status === 204) return { description }
  return {
    description,
    content: {
      ...(schema !== undefined && { 'application/json': { schema: toSchema(schema) } }),
      ...(events !== undefined && { 'text/event-stream': { schema: toSchema(events) } }),
      ...(lines !== undefined && { 'application/x-ndjson': { schema: toSchema(lines) } }),
      ...Object.fromEntries(bytes.map((type) => [type, {}])),
    },
  }
}

/** By status, with every code that may stand there as an example. */
function toErrors(route: Route): Record<string, object> {
  const { failure }: Operation = operations[route]
  const byStatus = new Map<number, HttpErrorCode[]>()
  for (const code of toErrorCodes(route)) {
    const { status } = httpErrors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  // A generation that failed answers with the status of its own code.
  if (failure !== undefined) byStatus.set(502, [])
  const error = toSchema(answers.Error)
  const schema = failure === undefined ? error : { anyOf: [error, toSchema(failure)] }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const examples = Object.fromEntries(
        codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
      )
      const description = codes.length === 0 ? 'The generation failed.' : codes.join(', ')
      return [
        String(status),
        { description, content: { 'application/json': { schema, examples } } },
      ]
    }),
  )
}

function toErrorCodes(route: Route): ReadonlySet<HttpErrorCode> {
  const { body, errors = route.includes(':') ? ['not_found' as const] : [] }: Operation =
    operations[route]
  const [access] = routes[route]
  const needsKey = access !== 'anyone'
  return new Set<HttpErrorCode>([
    ...(body === undefined
      ? []
      : (['invalid_request', 'request_too_large', 'unsupported_media_type'] as const)),
    // An address that guessed too many keys is not heard for a while.
    ...(needsKey ? (['invalid_api_key', 'rate_limit_exceeded'] as const) : []),
    // Of an operator's two tokens one may only read.
    ...(needsKey && !(access === 'admin' && route.startsWith('GET '))
      ? (['insufficient_scope'] as const)
      : []),
    ...errors,
    'own_delivery',
    'internal_error',
    'misconfigured',
    ...(needsKey ? (['try_again'] as const) : []),
  ])
}

function toExamples(): object {
  const message = 'What failed, why, and what to do.'
  return Object.fromEntries(
    Object.entries(httpErrors).map(([code, { type }]) => [
      code,
      { value: { error: { message, type, param: null, code } } },
    ]),
  )
}
