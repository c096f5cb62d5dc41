// The requests as zod schemas: the one source for what is checked here and for the shapes that
// OpenAPI shows; what it says about each field stands there. They only check: what is forwarded is
// the caller's own JSON, so unknown fields pass. OpenAI's clients send null for a field they leave
// out: hence so much that is nullish.

import * as z from 'zod/v4-mini'
import { ratioPattern, resolutionPattern } from './shape.ts'

const sentence = (error: string) => ({ error })
const between = (low: number, high: number) => z.number().check(z.gte(low), z.lte(high))
const positive = z.int().check(z.gte(1))
/** Each is paid for; more than anybody asks for at once. */
export const MOST_VIDEOS = 16
const count = z.int().check(z.gte(1), z.lte(MOST_VIDEOS))

/** Where a signed POST goes, and what signs it. */
export const webhookFields = {
  url: z.string().check(z.minLength(1), z.maxLength(2048)),
  secret: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
}
const webhook = z.nullish(z.strictObject(webhookFields))

const metadata = z.nullish(
  z
    .record(z.string(), z.string())
    .check(
      z.refine(
        (pairs) =>
          Object.entries(pairs).length <= 16 &&
          Object.entries(pairs).every(([key, text]) => key.length <= 64 && text.length <= 512),
        sentence(
          'must have at most 16 entries, keys of at most 64 and values of at most 512 characters',
        ),
      ),
    ),
)

// Forms have no booleans.
const flag = z.union([z.boolean(), z.enum(['true', 'false'])], sentence('must be true or false'))

const user = z.nullish(z.string())

/** Reelay's own fields, which every request may carry. */
const ownFields = {
  webhook,
  metadata,
  accept_possible_charge: z.nullish(flag),
}

type Issue = z.core.$ZodRawIssue
const toIssue = (input: unknown, path: PropertyKey[], message: string): Issue => ({
  code: 'custom',
  input,
  path,
  message,
})

/** Parts of a known type must be whole; others are for the relay to judge. */
const part = z.looseObject({ type: z.string() }).check(({ value, issues }) => {
  if (value.type === 'text' && typeof value['text'] !== 'string') {
    issues.push(toIssue(value, ['text'], 'must be a string'))
  }
  if (value.type !== 'image_url' && value.type !== 'video_url') return
  const link = value[value.type]
  const url = typeof link === 'object' && link !== null && 'url' in link ? link.url : link
  const isMarker = typeof url === 'object' && url !== null && '$attachment' in url
  if ((typeof url !== 'string' || url === '') && !isMarker) {
    issues.push(toIssue(value, [value.type, 'url'], 'must be a link or a data: URI'))
  }
})

export const chatMessageSchema = z
  .looseObject({
    role: z.string().check(z.minLength(1)),
    content: z.optional(z.unknown()),
  })
  .check(({ value, issues }) => {
    const { role, content } = value
    if (typeof content === 'string') return
    if (Array.isArray(content)) {
      for (const [index, entry] of content.entries()) {
        const result = part.safeParse(entry)
        for (const issue of result.error?.issues ?? []) {
          issues.push({ ...issue, input: entry, path: ['content', index, ...issue.path] })
        }
      }
      return
    }
    // `content` may be missing where an assistant only called tools.
    const mayBeEmpty = role === 'assistant' || role === 'tool' || role === 'function'
    if ((content === null || content === undefined) && mayBeEmpty) return
    issues.push(toIssue(value, ['content'], 'must be a string or a list of parts'))
  })

/** `POST /v1/chat/completions`: the relay’s whole table, and Reelay’s own fields. */
export const chatRequestSchema = z.looseObject({
  model: z.string().check(z.minLength(1), z.maxLength(200)),
  messages: z.array(chatMessageSchema).check(z.minLength(1)),
  temperature: z.nullish(between(0, 2)),
  top_p: z.nullish(between(0, 1)),
  n: z.nullish(count),
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(z.looseObject({ include_usage: z.nullish(z.boolean()) })),
  stop: z.nullish(
    z.union(
      [z.string(), z.array(z.string()).check(z.maxLength(4))],
      sentence('must be a string or a list of at most 4 strings'),
    ),
  ),
  max_tokens: z.nullish(positive),
  presence_penalty: z.nullish(between(-2, 2)),
  frequency_penalty: z.nullish(between(-2, 2)),
  logit_bias: z.nullish(z.record(z.string(), between(-100, 100))),
  user,
  response_format: z.nullish(z.looseObject({})),
  seed: z.nullish(z.int()),
  seen: z.nullish(z.int()),
  tools: z.nullish(
    z.array(z.union([z.string(), z.looseObject({})], sentence('must be a string or an object'))),
  ),
  tool_choice: z.nullish(
    z.union([z.string(), z.looseObject({})], sentence('must be a string or an object')),
  ),
  ...ownFields,
})

/** Characters, as Unicode code points. */
export const PROMPT_MAX = 32_000

const prompt = z.string().check(
  z.minLength(1),
  z.refine(
    (text) => countCharacters(text, PROMPT_MAX) <= PROMPT_MAX,
    sentence('must have at most 32000 characters'),
  ),
)

const picture = z.unknown().check(({ value, issues }) => {
  const why = explainReference(value)
  if (why !== null) issues.push(toIssue(value, [], why))
})

/** More than any model takes. */
const MOST_REFERENCES = 16

/** `POST /v1/videos`, as JSON or as the fields of a form. */
export const videoRequestSchema = z.looseObject({
  prompt,
  model: z.nullish(z.string().check(z.minLength(1), z.maxLength(200))),
  seconds: z.nullish(z.union([z.string(), z.number()], sentence('must be a string or a number'))),
  size: z.nullish(z.string()),
  n: z.nullish(
    z.union(
      [count, z.string().check(z.regex(/^(?:[1-9]|1[0-6])$/))],
      sentence(`must be an integer from 1 to ${MOST_VIDEOS}`),
    ),
  ),
  input_reference: z.nullish(picture),
  last_frame: z.nullish(picture),
  reference_images: z.nullish(z.array(picture).check(z.maxLength(MOST_REFERENCES))),
  aspect_ratio: z.nullish(
    z.string().check(z.regex(ratioPattern, sentence('must be a ratio such as 16:9'))),
  ),
  resolution: z.nullish(
    z
      .string()
      .check(z.regex(resolutionPattern, sentence('must be a resolution such as 720p or 4k'))),
  ),
  negative_prompt: z.nullish(z.string().check(z.maxLength(PROMPT_MAX))),
  audio: z.nullish(flag),
  seed: z.nullish(
    z.union([z.int(), z.string().check(z.regex(/^-?\d{1,15}$/))], sentence('must be an integer')),
  ),
  user,
  ...ownFields,
})

/** `POST /v1/videos/{id}/remix`. */
export const remixRequestSchema = z.looseObject({
  prompt,
  user,
  ...ownFields,
})

const source = z.looseObject({ id: z.string().check(z.minLength(1), z.maxLength(200)) })

/** `POST /v1/videos/edits`. */
export const editRequestSchema = z.looseObject({ prompt, video: source, user, ...ownFields })

/** `POST /v1/videos/extensions`. */
export const extensionRequestSchema = z.looseObject({
  prompt,
  video: source,
  seconds: z.union([z.string(), z.number()], sentence('must be a string or a number')),
  user,
  ...ownFields,
})

/** What every request may carry besides what it asks for. */
export type OwnFields = Pick<z.infer<typeof remixRequestSchema>, keyof typeof ownFields>

/** Stops counting soon after `enough`, however long the text is. */
function countCharacters(text: string, enough: number): number {
  if (text.length <= enough) return text.length
  const characters = text[Symbol.iterator]()
  let count = 0
  while (count <= enough && characters.next().done !== true) count += 1
  return count
}

function explainReference(value: unknown): string | null {
  if (value === null || value === undefined || isImage(value)) return null
  if (typeof value !== 'object' || Array.isArray(value)) {
    return 'must be a file, an https: link, a data: URI, or {"image_url": …}'
  }
  const { image_url: imageUrl, file_id: fileId } = value as Readonly<Record<string, unknown>>
  if (fileId !== undefined && fileId !== null) {
    return imageUrl === undefined || imageUrl === null
      ? 'cannot be a file_id, because this gateway keeps no files; send the image or a link to it'
      : 'must be one of image_url and file_id, not both'
  }
  return isImage(imageUrl) ? null : 'must have an image_url that is an https: link or a data: URI'
}

function isImage(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return '$attachment' in value
  if (typeof value !== 'string') return false
  const scheme = value.slice(0, 8).toLowerCase()
  return scheme.startsWith('https://') || scheme.startsWith('http://') || scheme.startsWith('data:')
}
