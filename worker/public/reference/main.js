// Shows /openapi.json: what the document says and nothing else, so that the two cannot differ.

import { toCurl } from '../page/curl.js'
import { anchor, element, find } from '../page/element.js'
import { toKind, toName } from './kind.js'

/** @typedef {import('./kind.js').Schema} Schema */
/** @typedef {{ name: string, in: string, description: string, required?: boolean, schema: Schema }} Parameter */
/** @typedef {Readonly<Record<string, { schema?: Schema, example?: object }>>} Content */
/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {true} [x-internal]
 * @property {readonly string[]} tags
 * @property {string} summary
 * @property {string} description
 * @property {readonly { $ref: string }[]} parameters
 * @property {{ content: Content }} [requestBody]
 * @property {Readonly<Record<string, { description: string, content?: Content }>>} responses
 */
/**
 * @typedef {object} OpenApi
 * @property {Readonly<Record<string, Readonly<Record<string, Operation>>>>} paths
 * @property {{ schemas: Readonly<Record<string, Schema>>, parameters: Readonly<Record<string, Parameter>> }} components
 */

const content = find('content', HTMLElement)
const contents = find('contents', HTMLElement)

/** @returns {Promise<void>} */
async function show() {
  const response = await fetch('/openapi.json')
  const document = /** @type {OpenApi} */ (await response.json())
  const groups = groupByTag(document)
  contents.replaceChildren(...[...groups].map(([tag, entries]) => showContents(tag, entries)))
  content.replaceChildren(
    ...[...groups].map(([tag, entries]) =>
      element(
        'section',
        { className: 'group' },
        element('h2', {}, tag),
        ...entries.map((entry) => showOperation(document, entry)),
      ),
    ),
    showSchemas(document),
  )
  // The browser looked for the anchor before there was one.
  if (location.hash !== '')
    globalThis.document.getElementById(location.hash.slice(1))?.scrollIntoView()
}

/** @typedef {{ method: string, path: string, operation: Operation }} Entry */

/** @param {OpenApi} document */
function groupByTag({ paths }) {
  /** @type {Map<string, Entry[]>} */
  const groups = new Map()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      // What no relay offers yet.
      if (operation['x-internal'] === true) continue
      const tag = operation.tags[0] ?? ''
      groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }])
    }
  }
  return groups
}

/**
 * @param {string} tag
 * @param {readonly Entry[]} entries
 */
function showContents(tag, entries) {
  const items = entries.map(({ operation }) =>
    element('li', {}, anchor(operation.summary, operation.operationId)),
  )
  return element('div', {}, element('p', {}, tag), element('ul', {}, ...items))
}

/**
 * @param {OpenApi} document
 * @param {Entry} entry
 */
function showOperation(document, { method, path, operation }) {
  const body = operation.requestBody?.content['application/json']
  const parameters = operation.parameters
    .map(({ $ref }) => document.components.parameters[toName($ref)])
    .filter((parameter) => parameter !== undefined)
  return element(
    'article',
    { className: 'operation', id: operation.operationId },
    element('h3', {}, operation.summary),
    element('p', { className: 'route' }, element('b', {}, method), path),
    operation.description === '' ? null : element('p', {}, ...toText(operation.description)),
    ...(parameters.length === 0
      ? []
      : [
          element('h4', {}, 'Parameters'),
          showFields(
            parameters.map(({ name, schema, description, ...more }) => ({
              name,
              kind: `${toKind(schema)}, ${more.in}${more.required === true ? ', required' : ''}`,
              description,
            })),
          ),
        ]),
    ...(body?.schema === undefined
      ? []
      : [
          element('h4', {}, 'Body'),
          showProperties(resolve(document, body.schema)),
          body.example === undefined
            ? null
            : element('pre', { tabIndex: 0 }, toCurl(method, location.origin + path, body.example)),
        ]),
    element('h4', {}, 'Answers'),
    showFields(
      Object.entries(operation.responses).map(([status, answer]) => ({
        name: status,
        kind: toAnswerKind(answer.content ?? {}),
        description: answer.description,
      })),
    ),
  )
}

/** @param {Content} answer */
function toAnswerKind(answer) {
  return Object.entries(answer)
    .map(([type, { schema }]) => (schema === undefined ? type : `${toKind(schema)}, ${type}`))
    .join('; ')
}

/** @param {OpenApi} document */
function showSchemas({ components }) {
  return element(
    'section',
    { className: 'group' },
    element('h2', {}, 'Objects'),
    ...Object.entries(components.schemas).map(([name, schema]) =>
      element(
        'article',
        { className: 'operation', id: name },
        element('h3', {}, name),
        showProperties(schema),
      ),
    ),
  )
}

/**
 * @param {Schema} schema
 * @returns {HTMLElement}
 */
function showProperties(schema) {
  const choices = schema.oneOf ?? schema.anyOf
  if (choices !== undefined) return element('div', {}, ...choices.map(showProperties))
  const required = new Set(schema.required)
  return showFields(
    Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      kind: toKind(property) + (required.has(name) ? '' : ', optional'),
      description: property.description ?? '',
    })),
  )
}

/** @param {readonly { name: string, kind: string, description: string }[]} fields */
function showFields(fields) {
  return element(
    'dl',
    { className: 'fields' },
    ...fields.map(({ name, kind, description }) =>
      element(
        'div',
        {},
        element('dt', {}, element('code', {}, name)),
        element(
          'dd',
          {},
          element('span', { className: 'kind' }, kind),
          description === '' ? null : element('br'),
          ...toText(description),
        ),
      ),
    ),
  )
}

/**
 * The only markup in the document: what stands between backticks is code.
 * @param {string} description
 */
function toText(description) {
  return description
    .split('`')
    .map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part))
}

/**
 * @param {OpenApi} document
 * @param {Schema} schema
 */
function resolve({ components }, schema) {
  return schema.$ref === undefined ? schema : (components.schemas[toName(schema.$ref)] ?? schema)
}

show().catch(() => {
  content.replaceChildren(
    element(
      'p',
      { role: 'alert' },
      'The reference could not be loaded. Reload the page to try again.',
    ),
  )
})
