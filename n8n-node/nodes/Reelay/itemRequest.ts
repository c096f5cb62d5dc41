// Reads the panel into the body of a request. Only what the person set is in it.

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

import { isJsonObject, tryParseJson, type JsonObject } from '../../../shared/wire/json.ts'
import { readGenerationOptions, type GenerationOptions } from './generationOptions.ts'
import { readChoice } from './choiceFields.ts'
import { readImages } from './itemImages.ts'
import { ItemProblem } from './itemProblem.ts'

// As many as a person looks through; each is paid for.
const maxTakes = 4

export function isTakeCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= maxTakes
}

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
  refuseTakes(context, itemIndex)
  const prompt = readText(context, 'prompt', itemIndex)
  if (prompt === '') {
    throw new ItemProblem('The prompt is empty', 'Enter what the video is to show.')
  }
  const metadata = (options.metadata?.entries ?? []).filter((entry) => entry.key !== '')
  const isRemix = operation === 'remix'
  const body: JsonObject = {
    ...(!isRemix && readExtraBody(options.extraBody)),
    prompt,
    ...(!isRemix && readWishes(context, itemIndex, options)),
    ...(operation === 'generateFromImage' && (await readImages(context, itemIndex))),
    ...(metadata.length > 0 && {
      metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
    }),
    ...(options.acceptPossibleCharge && { accept_possible_charge: true }),
  }
  const remixOf = isRemix ? readText(context, 'videoId', itemIndex, true) : null
  if (remixOf === '') {
    throw new ItemProblem('No video is given', 'Choose the video to remix, or enter its ID.')
  }
  return { body, options, remixOf }
}

function refuseTakes(context: IExecuteFunctions, itemIndex: number): void {
  const count: unknown = context.getNodeParameter('takes', itemIndex, 1)
  if (isTakeCount(Number(count))) return
  throw new ItemProblem('Number of Videos must be 1 to 4', 'Correct the field Number of Videos.')
}

/** What is said about the video besides its prompt and images. */
function readWishes(
  context: IExecuteFunctions,
  itemIndex: number,
  options: GenerationOptions,
): JsonObject {
  const { audio, negativePrompt, resolution, seed } = options
  const model = readText(context, 'model', itemIndex, true)
  const seconds = readChoice(context.getNodeParameter('length', itemIndex, ''))
  const shape = readChoice(context.getNodeParameter('shape', itemIndex, ''))
  return {
    ...(model !== '' && { model }),
    ...(seconds !== '' && { seconds }),
    ...(shape !== '' && { [shape.includes(':') ? 'aspect_ratio' : 'size']: shape }),
    ...(resolution !== '' && { resolution }),
    ...(negativePrompt !== '' && { negative_prompt: negativePrompt }),
    ...(audio !== '' && { audio: audio === 'on' }),
    ...(seed !== undefined && { seed: Number(seed) }),
  }
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
