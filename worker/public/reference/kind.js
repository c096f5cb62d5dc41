// A JSON schema in a few words: `string`, `list of Video`, `"none" or "possible"`.

/**
 * @typedef {object} Schema the part of JSON Schema that the document uses
 * @property {string} [$ref]
 * @property {string} [type]
 * @property {unknown} [const]
 * @property {readonly unknown[]} [enum]
 * @property {readonly Schema[]} [anyOf]
 * @property {readonly Schema[]} [oneOf]
 * @property {Schema} [items]
 * @property {Schema | boolean} [additionalProperties]
 * @property {Readonly<Record<string, Schema>>} [properties]
 * @property {readonly string[]} [required]
 * @property {string} [description]
 */

/** More values than this are a table of their own. */
const MOST_VALUES = 8

/**
 * @param {Schema} schema
 * @returns {string}
 */
export function toKind(schema) {
  if (schema.$ref !== undefined) return toName(schema.$ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) {
    const values = schema.enum.slice(0, MOST_VALUES).map((value) => JSON.stringify(value))
    return values.join(' or ') + (schema.enum.length > MOST_VALUES ? ' or …' : '')
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return [...new Set(choices.map(toKind))].join(' or ')
  if (schema.type === 'array') return `list of ${toKind(schema.items ?? {})}`
  return schema.type ?? 'anything'
}

/** @param {string} reference */
export function toName(reference) {
  return reference.slice(reference.lastIndexOf('/') + 1)
}
