// The types of the published package, out of the description of the API: a sentence about a field stands
// there once. JSON Schema as zod writes it, and nothing else of JSON Schema.

import { createDocument } from '../openapi/document.ts'

interface Schema {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly $ref?: string
}

interface Described {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** Name of the schema → name of the type. */
const published: Readonly<Record<string, string>> = {
  Video: 'VideoResource',
  VideoEvent: 'VideoEvent',
  VideoRequest: 'VideoRequest',
  RemixRequest: 'RemixRequest',
  Model: 'Model',
  Usage: 'Usage',
  WebhookEvent: 'WebhookEvent',
  ApiKey: 'ApiKey',
  CreatedApiKey: 'CreatedApiKey',
  RotatedApiKey: 'RotatedApiKey',
  ApiKeyList: 'ApiKeyList',
}

export function createTypes(): string {
  const { schemas } = JSON.parse(JSON.stringify(createDocument()))
    .components as Described['components']
  const types = Object.entries(published).map(([schema, name]) => {
    const shape = schemas[schema]
    if (shape === undefined) throw new Error(`The API describes no ${schema}.`)
    return `export type ${name} = ${toType(shape, '')}\n`
  })
  const made = '// Made by `npm run build` from the description of the API. Do not edit.\n'
  return [made, ...types].join('\n')
}

function toType(schema: Schema, indent: string): string {
  const { type, enum: values, anyOf = schema.oneOf, items, $ref } = schema
  if ($ref !== undefined) return toName($ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (anyOf !== undefined) return anyOf.map((one) => toType(one, indent)).join(' | ')
  if (type === 'array') return `readonly (${toType(items ?? {}, indent)})[]`
  if (type === 'object') return toObject(schema, indent)
  if (type === 'integer') return 'number'
  return type === 'string' || type === 'number' || type === 'boolean' || type === 'null'
    ? type
    : 'unknown'
}

function toObject(
  { properties, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  if (properties === undefined) {
    return `Readonly<Record<string, ${toType((additionalProperties ?? {}) as Schema, indent)}>>`
  }
  const inner = `${indent}  `
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const isThere = required.includes(name)
    const sentence =
      schema.description === undefined ? [] : [`${inner}/** ${schema.description} */`]
    const value = `${toType(schema, inner)}${isThere ? '' : ' | undefined'}`
    return [...sentence, `${inner}readonly ${name}${isThere ? '' : '?'}: ${value}`]
  })
  return ['{', ...lines, `${indent}}`].join('\n')
}

function toName(reference: string): string {
  const schema = reference.split('/').at(-1) ?? ''
  const name = published[schema]
  if (name === undefined) throw new Error(`${schema} is part of a published type and has no name.`)
  return name
}
