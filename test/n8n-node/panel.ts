// Parameters of the node as the panel saves them.

import type { INodeParameters } from 'n8n-workflow'

export interface GenerateFields {
  readonly operation?: 'generate' | 'generateFromImage' | 'remix'
  readonly prompt?: string
  readonly model?: string
  readonly waitBy?: 'streaming' | 'parking' | 'none'
  readonly options?: INodeParameters
  /** Everything, unless a test is about what the panel gives by itself. */
  readonly output?: 'raw' | 'simplified'
  /** Fields of one operation only, such as `imageUrl`. */
  readonly more?: INodeParameters
}

export function generateParameters(fields: GenerateFields = {}): INodeParameters {
  const { operation = 'generate', prompt = 'a dog', model = 'sora-2', more = {} } = fields
  return {
    resource: 'video',
    operation,
    model: { __rl: true, mode: 'id', value: model },
    prompt,
    waitBy: fields.waitBy ?? 'streaming',
    output: fields.output ?? 'raw',
    options: { ...fields.options },
    ...more,
  }
}

/** An operation on a video that exists. */
export function videoParameters(operation: string, id: string, more: INodeParameters = {}) {
  const locator = { __rl: true, mode: 'id', value: id }
  const output = 'raw'
  return { resource: 'video', operation, videoId: locator, videoSource: locator, output, ...more }
}
