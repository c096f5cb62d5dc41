// Holds one exchange with the gateway against the API's own description. Stricter than the document:
// a field it does not name is a defect of the document, so tests may not pass over one.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { createDocument } from '../../worker/openapi/document.ts'

interface Schema {
  readonly [keyword: string]: unknown
}
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const document = JSON.parse(JSON.stringify(createDocument())) as OpenApi
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema({ ...(closeObjects(document) as object), $id: 'reelay' })
const validators = new Map<string, ValidateFunction>()

/**
 * What is wrong with an answer; empty when nothing is.
 * @param path with or without a query; ids as they were sent
 * @param body parsed JSON; of an event stream, the parsed `data:` of one event
 */
export function validateExchange(
  method: string,
  path: string,
  status: number,
  body: unknown,
  contentType = 'application/json',
): string[] {
  // As the server sees it: dots are resolved, escapes are not.
  const { pathname } = new URL(path, 'http://gateway.invalid')
  const template = findTemplate(method, pathname)
  const where = `${method} ${template ?? pathname} ${status}`
  if (template === null) {
    // What is no route is refused in the envelope, whatever it was.
    return status === 404
      ? check('#/components/schemas/Error', where, body)
      : [`${where}: no such route`]
  }
  const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()
  const answer = document.paths[template]?.[verb]?.responses[String(status)]
  if (answer === undefined) return [`${where}: this status is not in the document`]
  const type = contentType.split(';', 1)[0] ?? ''
  if (answer.content?.[type] === undefined) return [`${where}: ${type} is not in the document`]
  if (answer.content[type].schema === undefined) return []
  const pointer = ['paths', template, verb, 'responses', String(status), 'content', type, 'schema']
  return check(`#/${pointer.map(escape).join('/')}`, where, body)
}

/**
 * The same for a response as it came in; its body stays readable. Streams and files pass: what is in
 * them has tests of its own.
 * @throws Error that names every difference
 */
export async function requireDescribed(
  method: string,
  path: string,
  response: Response,
): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('application/json') || method === 'HEAD') return response
  const problems = validateExchange(method, path, response.status, await response.clone().json())
  if (problems.length === 0) return response
  throw new Error(`The OpenAPI document does not describe this answer:\n${problems.join('\n')}`)
}

function check(pointer: string, where: string, body: unknown): string[] {
  let validate = validators.get(pointer)
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `reelay${pointer}` })
    validators.set(pointer, validate)
  }
  if (validate(body) === true) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${where}: ${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  )
}

/** The path of the document that this one is an instance of; one without parameters goes first. */
function findTemplate(method: string, pathname: string): string | null {
  const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()
  if (document.paths[pathname]?.[verb] !== undefined) return pathname
  const parts = pathname.split('/')
  const isInstance = (template: string) => {
    const wanted = template.split('/')
    return (
      wanted.length === parts.length &&
      wanted.every((part, index) => part.startsWith('{') || part === parts[index])
    )
  }
  const found = Object.entries(document.paths).find(
    ([template, methods]) => methods[verb] !== undefined && isInstance(template),
  )
  return found?.[0] ?? null
}

/** `{type: 'object', properties}` → the same without room for more, unless it asks for more. */
function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects)
  if (typeof value !== 'object' || value === null) return value
  const closed = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, closeObjects(part)]),
  )
  const isOpen = 'type' in value && value.type === 'object' && 'properties' in value
  return isOpen && !('additionalProperties' in value)
    ? { ...closed, additionalProperties: false }
    : closed
}

/** A JSON pointer inside a URI. */
function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
