// What is asked for, as a caller of the package says it: the API's own fields, and images as whatever a
// program has in its hands.

import { findImageType, toBase64 } from '../wire/bytes.ts'
import type { JsonObject } from '../wire/json.ts'
import type * as wire from './wire.ts'

/** A link, a `data:` URI, or the bytes themselves. */
export type Image = string | Blob | Uint8Array | { readonly image_url: string }

/** The fields of `POST /v1/videos`. */
export interface GenerateRequest extends Omit<
  wire.VideoRequest,
  'input_reference' | 'last_frame' | 'reference_images'
> {
  /** A first image. */
  readonly input_reference?: Image | null | undefined
  /** A last image. */
  readonly last_frame?: Image | null | undefined
  /** Images of who or what is to be seen. */
  readonly reference_images?: readonly Image[] | null | undefined
}

export type RemixRequest = wire.RemixRequest

export interface CreateOptions {
  /** Default: one of its own for every call. The same key finds the same video, for 7 days. */
  readonly idempotencyKey?: string | undefined
  /** `no-cache` generates anew although an identical video is stored. */
  readonly cacheControl?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** @internal */
export async function toBody(request: GenerateRequest): Promise<JsonObject> {
  const { input_reference, last_frame, reference_images } = request
  return {
    ...request,
    ...(isBytes(input_reference) && { input_reference: await toDataUri(input_reference) }),
    ...(isBytes(last_frame) && { last_frame: await toDataUri(last_frame) }),
    ...(reference_images?.some(isBytes) === true && {
      reference_images: await Promise.all(
        reference_images.map((image) => (isBytes(image) ? toDataUri(image) : image)),
      ),
    }),
  } as JsonObject
}

/**
 * 128 random bits, spelt as every header takes them; `randomUUID` is missing on pages without https.
 * @internal
 */
export function createIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `reelay_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function isBytes(image: Image | null | undefined): image is Blob | Uint8Array {
  return image instanceof Blob || image instanceof Uint8Array
}

async function toDataUri(image: Blob | Uint8Array): Promise<string> {
  const bytes = image instanceof Blob ? new Uint8Array(await image.arrayBuffer()) : image
  const said = image instanceof Blob ? image.type : ''
  // Relays refuse what is not called an image.
  const type = said || (findImageType(bytes) ?? 'application/octet-stream')
  return `data:${type};base64,${toBase64(bytes)}`
}
