// Puts the OpenAPI 3.1 document together from the schemas that validate and the tables that answer.
// Made when the project is built, so the Worker carries none of it.

import * as z from 'zod/v4-mini'
import type { HttpErrorCode } from '../http/errors.ts'
import { httpErrors } from '../http/errors.ts'
import { operations } from './operations.ts'
import type { Answer, Operation } from './operations/operation.ts'
import { parameters } from './parameters.ts'
import { named } from './named.ts'
import * as parts from './answers/parts.ts'
import { chatFailure } from './answers/videos.ts'

const toReference = (name: string) => `#/components/schemas/${name}`
const names = new Map(Object.entries(named).map(([name, schema]) => [schema, name]))

export function createDocument(): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: toOperation(operation),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Reelay',
      version: '1',
      description:
        'A durable video API: pay once, lose nothing, see it happen. OpenAI’s clients work by changing their base URL.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: toComponents(),
      parameters,
      examples: toExamples(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, `rk_…`.' },
        admin: { type: 'http', scheme: 'bearer', description: 'The ADMIN_TOKEN of the gateway.' },
        link: {
          type: 'apiKey',
          in: 'query',
          name: 'signature',
          description: 'The link in a video’s `url`, exactly as it was given.',
        },
      },
    },
  }
}

function toComponents(): object {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    uri: toReference,
    io: 'input',
    unrepresentable: 'any',
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]),
  )
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
  return withoutIdentity(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

function toOperation(operation: Operation): object {
  const { summary, description, tag, access, body } = operation
  return {
    operationId: toOperationId(operation),
    tags: [tag],
    summary,
    description: [
      description,
      access === 'generate' || access === 'read' || access === 'manage'
        ? `Scope: \`${access}\`.`
        : undefined,
    ]
      .filter((sentence) => sentence !== undefined)
      .join(' '),
    security: toSecurity(access),
    parameters: (operation.parameters ?? []).map((name) => ({
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
      ...toErrors(operation),
    },
  }
}

/** `GET /v1/videos/{id}/events` → `getVideosIdEvents`. */
function toOperationId({ method, path }: Operation): string {
  const words = path.replace(/^\/v1/, '').match(/[A-Za-z]{1,40}/g) ?? []
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function toSecurity(access: Operation['access']): object[] {
  switch (access) {
    case 'anyone':
      return [{}]
    case 'admin':
      return [{ admin: [] }]
    case 'link':
      return [{ link: [] }, { key: [] }]
    case 'generate':
    case 'read':
    case 'manage':
      return [{ key: [] }]
  }
}

function toResponse({ description, schema, events, bytes = [] }: Answer): object {
  return {
    description,
    content: {
      ...(schema !== undefined && { 'application/json': { schema: toSchema(schema) } }),
      ...(events !== undefined && { 'text/event-stream': { schema: toSchema(events) } }),
      ...Object.fromEntries(bytes.map((type) => [type, {}])),
    },
  }
}

/** By status, with every code that may stand there as an example. */
function toErrors(operation: Operation): Record<string, object> {
  const byStatus = new Map<number, HttpErrorCode[]>()
  for (const code of toErrorCodes(operation)) {
    const { status } = httpErrors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const isChat = operation.path === '/v1/chat/completions'
  // A generation that failed answers with the status of its own code.
  if (isChat) byStatus.set(502, [])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.length === 0 ? 'The generation failed.' : codes.join(', '),
        content: {
          'application/json': {
            schema: isChat
              ? { anyOf: [toSchema(parts.error), toSchema(chatFailure)] }
              : toSchema(parts.error),
            examples: Object.fromEntries(
              codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  )
}

function toErrorCodes({ access, body, errors = [] }: Operation): ReadonlySet<HttpErrorCode> {
  const needsKey = access !== 'anyone'
  return new Set<HttpErrorCode>([
    ...(body === undefined
      ? []
      : (['invalid_request', 'request_too_large', 'unsupported_media_type'] as const)),
    // An address that guessed too many keys is not heard for a while.
    ...(needsKey ? (['invalid_api_key', 'rate_limit_exceeded'] as const) : []),
    ...(needsKey && access !== 'admin' ? (['insufficient_scope'] as const) : []),
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
