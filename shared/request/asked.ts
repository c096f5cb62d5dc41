// What a request asks for in nobody's words: the prompt, its pictures, length and shape, as every
// kind of relay but the chat one needs it. Read from what is stored, so that nothing stands there twice.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { chatRequestSchema } from './schema.ts'

/** What the chat body alone does not tell of how it was asked. */
export interface AskedAs {
  readonly form: 'chat' | 'video'
  /** Top-level fields that the gateway wrote into the body to tell length and shape. */
  readonly told: readonly string[]
  /** The caller's own field that `seconds` was read from, which tells it to a chat relay by itself. */
  readonly lengthField?: string
}

/** A picture or a clip: a link, or the marker of an attachment. */
export type Media = JsonValue

export interface Asked {
  readonly prompt: string
  /** '' where neither the request nor the model names one. */
  readonly seconds: string
  readonly size: string
  readonly n: number
  readonly firstFrame: Media | null
  readonly lastFrame: Media | null
  readonly references: readonly Media[]
  readonly aspectRatio: string | null
  readonly resolution: string | null
  readonly negativePrompt: string | null
  readonly audio: boolean | null
  readonly seed: number | null
  /** What nobody here knows; the relay may. */
  readonly fields: JsonObject
}

/** Inputs of a video request that go along as fields where nobody has better words for them. */
export const inputNames = [
  'last_frame',
  'reference_images',
  'aspect_ratio',
  'resolution',
  'negative_prompt',
  'audio',
  'seed',
] as const

export type Input = 'input_reference' | (typeof inputNames)[number]

export function isInput(name: string): name is (typeof inputNames)[number] {
  return inputNames.some((known) => known === name)
}

/** The length that a chat relay's words are made of, and that keys have always known. */
export function toToldSeconds(request: {
  readonly seconds: string
  readonly defaults: { readonly seconds: string }
  readonly askedAs?: AskedAs
}): string {
  return request.askedAs?.lengthField === undefined ? request.seconds : request.defaults.seconds
}

/** What is stored of a request, as far as it is read here. */
interface Source {
  readonly prompt: string
  readonly seconds: string
  readonly size: string
  readonly n: number
  readonly body: JsonObject
  readonly askedAs?: AskedAs
}

/** null when it is a conversation, which only a chat can continue, or older than this form. */
export function readAsked(source: Source): Asked | null {
  const { askedAs, body } = source
  if (askedAs === undefined) return null
  const message = readOnlyMessage(body['messages'])
  if (message === null) return null
  const isOurs = (name: string) =>
    isInput(name) ||
    ['model', 'messages', 'n', 'stream'].includes(name) ||
    askedAs.told.includes(name) ||
    askedAs.lengthField === name ||
    (askedAs.form === 'chat' && Object.hasOwn(chatRequestSchema.shape, name))
  const isAspect = (name: string) => ['seconds', 'duration', 'size'].includes(name)
  const { seed, audio, reference_images: references } = body
  const [first, ...others] = message.pictures
  return {
    // A video's words for length and shape are not part of what was asked.
    prompt: source.prompt,
    seconds: source.seconds,
    size: source.size,
    n: source.n,
    firstFrame: first ?? null,
    lastFrame: toMedia(body['last_frame']),
    references: [...others, ...(isJsonList(references) ? references : [])].flatMap((one) => {
      const media = toMedia(one)
      return media === null ? [] : [media]
    }),
    aspectRatio: toText(body['aspect_ratio']),
    resolution: toText(body['resolution']),
    negativePrompt: toText(body['negative_prompt']),
    audio:
      audio === 'true' || audio === true
        ? true
        : audio === 'false' || audio === false
          ? false
          : null,
    seed:
      seed === undefined || seed === null || !Number.isFinite(Number(seed)) ? null : Number(seed),
    fields: Object.fromEntries(
      Object.entries(body).filter(
        ([name]) => !isOurs(name) && !(askedAs.form === 'chat' && isAspect(name)),
      ),
    ),
  }
}

/** The one user message of text and pictures; null for anything else. */
function readOnlyMessage(messages: JsonValue | undefined): { pictures: Media[] } | null {
  const [message, ...rest] = isJsonList(messages) ? messages : []
  if (!isJsonObject(message) || rest.length > 0 || message['role'] !== 'user') return null
  const { content } = message
  if (typeof content === 'string') return { pictures: [] }
  if (!isJsonList(content)) return null
  const pictures: Media[] = []
  for (const part of content) {
    if (!isJsonObject(part)) return null
    if (part['type'] === 'text') continue
    const media = part['type'] === 'image_url' ? toMedia(part['image_url'] ?? null) : null
    if (media === null) return null
    pictures.push(media)
  }
  return { pictures }
}

/** A link, a marker, or what is behind `image_url` or `url`, however often it is wrapped. */
function toMedia(value: JsonValue | undefined): Media | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (!isJsonObject(value)) return null
  if ('$attachment' in value) return value
  return toMedia(value['image_url'] ?? value['url'])
}

function toText(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}
