// Reads the panel into the body of a request. Only what the person set is in it.

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

import { isJsonObject, tryParseJson, type JsonObject } from '../../../shared/wire/json.ts'
import { attachmentMaxBytes } from '../../../shared/request/attachments.ts'
import { readGenerationOptions, type GenerationOptions } from './generationOptions.ts'
import { ItemProblem } from './itemProblem.ts'

export type GenerateOperation = 'generate' | 'generateFromImage' | 'remix'

export interface ItemRequest {
  readonly body: JsonObject
  readonly options: GenerationOptions
  /** The id of the video to remix. */
  readonly remixOf: string | null
}

export async function readItemRequest(
  context: IExecuteFunctions,
  itemIndex: number,
  operation: GenerateOperation,
): Promise<ItemRequest> {
  const options = readGenerationOptions(context, itemIndex)
  const prompt = readText(context, 'prompt', itemIndex)
  if (prompt === '') {
    throw new ItemProblem('The prompt is empty', 'Enter what the video is to show.')
  }
  const metadata = (options.metadata?.entries ?? []).filter((entry) => entry.key !== '')
  const body: JsonObject = {
    ...readExtraBody(options.extraBody),
    prompt,
    ...(operation !== 'remix' && { model: readText(context, 'model', itemIndex, true) }),
    ...(operation === 'generateFromImage' && {
      input_reference: { image_url: await readImage(context, itemIndex) },
    }),
    ...(options.seconds !== undefined && { seconds: String(options.seconds) }),
    ...(options.size !== undefined && { size: options.size }),
    ...(metadata.length > 0 && {
      metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
    }),
    ...(options.acceptPossibleCharge && { accept_possible_charge: true }),
  }
  const remixOf = operation === 'remix' ? readText(context, 'videoId', itemIndex, true) : null
  return { body, options, remixOf }
}

/** A parameter as trimmed text; `extract` takes the value out of a resource locator. */
export function readText(
  context: IExecuteFunctions,
  name: string,
  itemIndex: number,
  extract = false,
): string {
  const value: unknown = context.getNodeParameter(name, itemIndex, '', { extractValue: extract })
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
}

function readExtraBody(value: string | IDataObject | Record<string, unknown>): JsonObject {
  const fields = typeof value === 'string' ? tryParseJson(value.trim() || '{}') : value
  if (isJsonObject(fields)) return fields
  throw new ItemProblem(
    'The option "Extra Body Fields (JSON)" is not a JSON object',
    'Write an object such as {"aspect_ratio": "16:9"}.',
  )
}

async function readImage(context: IExecuteFunctions, itemIndex: number): Promise<string> {
  if (readText(context, 'imageSource', itemIndex) === 'url') {
    const url = readText(context, 'imageUrl', itemIndex)
    if (/^https?:\/\//i.test(url)) return url
    throw new ItemProblem('The image URL is not an http(s) address', 'Enter the full address.')
  }
  const field = readText(context, 'imageField', itemIndex)
  const { mimeType } = context.helpers.assertBinaryData(itemIndex, field)
  if (!mimeType.startsWith('image/')) {
    throw new ItemProblem(
      `The field "${field}" holds ${mimeType}, not an image`,
      'Name a binary field with a PNG, JPEG or WebP image.',
    )
  }
  const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field)
  // Saying here what the gateway would refuse saves the upload.
  if (bytes.length > attachmentMaxBytes) {
    throw new ItemProblem(
      `The image has ${(bytes.length / 1_048_576).toFixed(1)} MiB, more than the 8 MiB allowed`,
      'Make the image smaller, or give its URL.',
    )
  }
  return `data:${mimeType};base64,${bytes.toString('base64')}`
}
