// Reads the images of an item: first frame, last frame and references, from files that came with it or
// from their addresses.

import type { IExecuteFunctions } from 'n8n-workflow'

import { attachmentMaxBytes } from '../../../shared/request/attachments.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { imageUses, readChoice } from './choiceFields.ts'
import { ItemProblem } from './itemProblem.ts'

interface ImageFields {
  readonly imageUse?: unknown
  readonly imageSource?: unknown
  readonly imageField?: unknown
  readonly imageUrl?: unknown
}

/** First frame, last frame and references, under the names that the gateway has for them. */
export async function readImages(
  context: IExecuteFunctions,
  itemIndex: number,
): Promise<JsonObject> {
  const names = ['imageUse', 'imageSource', 'imageField', 'imageUrl']
  const first: ImageFields = Object.fromEntries(
    names.map((name) => [name, context.getNodeParameter(name, itemIndex, '')]),
  )
  const { images = [] } = context.getNodeParameter('moreImages', itemIndex, {}) as {
    images?: ImageFields[]
  }
  const body: Record<string, JsonObject> = {}
  const references: JsonObject[] = []
  for (const fields of [first, ...images]) {
    const use = readChoice(fields.imageUse) || imageUses[0].value
    const image = { image_url: await readImage(context, itemIndex, fields) }
    if (use === 'reference_images') references.push(image)
    else if (use !== 'input_reference' && use !== 'last_frame') {
      throw new ItemProblem('An image has no known use', 'Choose one in the field Use As.')
    } else if (use in body) {
      throw new ItemProblem('Two images are for the same frame', 'Correct the field Use As.')
    } else body[use] = image
  }
  return references.length === 0 ? body : { ...body, reference_images: references }
}

async function readImage(
  context: IExecuteFunctions,
  itemIndex: number,
  fields: ImageFields,
): Promise<string> {
  if (fields.imageSource === 'url') {
    const url = String(fields.imageUrl ?? '').trim()
    if (/^https?:\/\//i.test(url)) return url
    throw new ItemProblem('The image URL is not an http(s) address', 'Enter the full address.')
  }
  const field = String(fields.imageField || 'data')
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
