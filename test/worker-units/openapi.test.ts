// The description of the API is neither more nor less than the API: every route, every error it can
// answer with, schemas that a validator accepts, and made files that are the ones that were made.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { failures } from '../../shared/video/failures.ts'
import {
  chatRequestSchema,
  remixRequestSchema,
  videoRequestSchema,
} from '../../shared/request/schema.ts'
import { httpErrors } from '../../worker/http/errors.ts'
import { createApp } from '../../worker/http/app.ts'
import { createDocument } from '../../worker/openapi/document.ts'
import { operations } from '../../worker/openapi/operations.ts'
import { generatePublic } from '../../worker/cli/generatePublic.ts'
import { validateExchange } from '../gateway/validateExchange.ts'

interface OpenApi {
  readonly paths: Record<string, Record<string, Described>>
  readonly components: { readonly schemas: Record<string, { properties: Record<string, object> }> }
}
interface Described {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters: readonly { $ref: string }[]
}

const document = JSON.parse(JSON.stringify(createDocument())) as OpenApi
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
)

test('every route of the app is described, and nothing else is', () => {
  const answered = createApp()
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w{1,20})/g, '{$1}')}`)
  const names = described.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect(new Set(names)).toEqual(new Set(answered))
})

test('operation ids are unique, because generators make functions of them', () => {
  const ids = described.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(described.length)
})

test('every reference leads somewhere', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]{1,200}"/g) ?? []
  expect(references.length).toBeGreaterThan(100)
  for (const reference of new Set(references)) {
    const path = (JSON.parse(`{${reference}}`) as { $ref: string }).$ref.split('/').slice(1)
    let target: unknown = document
    for (const part of path) target = Reflect.get(target as object, part)
    expect(target, reference).toBeTypeOf('object')
  }
})

test('every path parameter is declared where it is used', () => {
  for (const { path, operation } of described) {
    const used = [...path.matchAll(/\{(\w{1,20})\}/g)].map(([, name]) => name)
    const declared = operation.parameters.map(({ $ref }) => $ref.split('/').at(-1))
    expect(declared, path).toEqual(expect.arrayContaining(used))
  }
})

test('every field of a request for a video is explained', () => {
  const { components } = document
  const schemas = { ChatRequest: chatRequestSchema, VideoRequest: videoRequestSchema }
  for (const [name, { shape }] of Object.entries({
    ...schemas,
    RemixRequest: remixRequestSchema,
  })) {
    const { properties = {} } = components.schemas[name] ?? {}
    expect(Object.keys(properties)).toEqual(Object.keys(shape))
    for (const property of Object.values(properties)) expect(property).toHaveProperty('description')
  }
  expect(components.schemas['VideoRequest']?.properties['prompt']).toMatchObject({
    type: 'string',
    minLength: 1,
    maxLength: 32_000,
  })
})

test('every example is a request that its own schema takes', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'reelay' })
  for (const [route, { body }] of Object.entries(operations)) {
    if (body === undefined) continue
    const [method = '', path = ''] = route
      .toLowerCase()
      .replaceAll(/:(\w{1,20})/g, '{$1}')
      .split(' ')
    expect(body.schema.safeParse(body.example).success, route).toBe(true)
    const pointer = [path, method, 'requestBody', 'content', 'application~1json', 'schema']
      .map((part, index) => (index === 0 ? encodeURIComponent(part.replaceAll('/', '~1')) : part))
      .join('/')
    expect(ajv.compile({ $ref: `reelay#/paths/${pointer}` })(body.example), route).toBe(true)
  }
})

test('the made files are current; `npm run build` makes them', async () => {
  for (const [path, text] of await generatePublic()) {
    const committed = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
    expect(committed === text, `${path} is stale: run npm run build`).toBe(true)
  }
})

describe('an exchange is held against the document', () => {
  const error = { error: { message: 'm', type: 't', param: null, code: 'not_found' } }
  const deleted = { id: 'video_1', object: 'video.deleted', deleted: true }

  test('what it describes passes', () => {
    expect(validateExchange('DELETE', '/v1/videos/video_1', 200, deleted)).toEqual([])
    expect(validateExchange('GET', '/v1/videos/video_1?x=1', 404, error)).toEqual([])
    expect(validateExchange('GET', '/nothing', 404, error)).toEqual([])
  })

  test.for([
    ['a missing field', 'DELETE', 200, { id: 'video_1', object: 'video.deleted' }],
    ['a field nobody described', 'DELETE', 200, { ...deleted, extra: 1 }],
    ['an unknown code', 'GET', 404, { error: { ...error.error, code: 'nonsense' } }],
    ['a status that is not listed', 'GET', 418, error],
    ['a method that is no route', 'PUT', 200, deleted],
  ] as const)('%s does not', ([, method, status, body]) => {
    expect(validateExchange(method, '/v1/videos/video_1', status, body)).not.toEqual([])
  })
})

describe('docs/api.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')

  test('names every route with who may call it and what the document says of it', () => {
    for (const { method, path, operation } of described) {
      const row = page
        .split('\n')
        .find((line) => line.startsWith(`| \`${method.toUpperCase()} ${path}\` |`))
      const { description, summary } = operation
      expect(row, path).toContain(`| ${summary}`)
      const [, scope] = /Scope: `(\w{1,20})`/.exec(description) ?? []
      if (scope !== undefined) expect(row, path).toContain(`| \`${scope}\` |`)
    }
  })

  test('puts every code of a refusal beside its status', () => {
    for (const [code, { status }] of Object.entries(httpErrors)) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${status} |`))
      expect(row, code).toContain(`\`${code}\``)
    }
  })

  test('puts every code of a failure beside its status in chat', () => {
    for (const [code, { status }] of Object.entries(failures)) {
      const rows = page.split('\n').filter((line) => line.endsWith(`| ${status} |`))
      expect(rows.join('\n'), code).toContain(`\`${code}\``)
    }
  })
})
