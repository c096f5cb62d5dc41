// Which of a video's fields an item has: those that most workflows use, all, or those that were chosen.

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

import { simpleFields } from './videoItem.ts'

export function shapeItem(
  context: IExecuteFunctions,
  itemIndex: number,
  json: IDataObject,
): IDataObject {
  return shapeBy((name) => context.getNodeParameter(name, itemIndex, ''), json)
}

/** `read`: a parameter of the panel by its name. */
export function shapeBy(read: (name: string) => unknown, json: IDataObject): IDataObject {
  const output = read('output')
  if (output === 'raw') return json
  const chosen = output === 'selected' ? read('fields') : null
  const fields: readonly unknown[] = Array.isArray(chosen) ? chosen : simpleFields
  return Object.fromEntries(Object.entries(json).filter(([name]) => fields.includes(name)))
}
