// OpenAI's own schemas as a judge of our bodies. They are not ours to keep, so without REELAY_CORPUS
// there is no judge, and the tests' own assertions stand alone.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

export type SchemaName =
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'DeletedVideoResource'
  | 'ErrorResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'VideoListResource'
  | 'VideoResource'

/** What is wrong with a body; empty when nothing is. */
export type SchemaJudge = (name: SchemaName, body: unknown) => string[]

export function createSchemaJudge(): SchemaJudge {
  const corpus = process.env['REELAY_CORPUS']
  if (corpus === undefined) return () => []
  const text = readFileSync(join(corpus, 'openai-videos.schema.json'), 'utf8')
  const document: unknown = JSON.parse(text, (_key, value: unknown) => allowNull(value))
  // OpenAPI's other keywords and formats are no part of JSON Schema either.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(document as object, 'openai')
  return (name, body) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${name}`)
    if (validate === undefined) throw new Error(`OpenAI has no schema ${name}.`)
    if (validate(body) === true) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

/** `nullable` is a leftover of OpenAPI 3.0 that JSON Schema does not know: a union with null instead. */
function allowNull(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value)) return value
  const { nullable, ...schema } = value
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}
