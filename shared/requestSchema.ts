// The two requests as zod schemas: the one source for what is checked here and for what OpenAPI
// says. They only check: what is forwarded is the caller's own JSON, so unknown fields pass.

import * as z from 'zod/v4-mini'

const described = <Schema extends z.core.$ZodType>(
  schema: Schema,
  description: string,
  more: Readonly<Record<string, unknown>> = {},
): Schema => {
  z.globalRegistry.add(schema, { ...more, description })
  return schema
}

/** OpenAI's clients send null for a field they leave out. */
const field = <Schema extends z.core.$ZodType>(schema: Schema, description: string) =>
  described(z.nullish(schema), description)

const sentence = (error: string) => ({ error })
const between = (low: number, high: number) => z.number().check(z.gte(low), z.lte(high))
const count = z.int().check(z.gte(1))

const webhook = field(
  z.strictObject({
    url: z.string().check(z.minLength(1), z.maxLength(2048)),
    secret: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
  }),
  'Told when this request has ended, by a signed POST. Reelay’s own; never forwarded.',
)

const metadata = field(
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
  'Up to 16 pairs of strings, given back with the video. Reelay’s own; never forwarded.',
)

// Forms have no booleans.
const flag = z.union([z.boolean(), z.enum(['true', 'false'])], sentence('must be true or false'))

const acceptPossibleCharge = field(
  flag,
  'Start another generation although an identical one may have been charged.',
)

const user = field(z.string(), 'Accepted for OpenAI’s clients; never forwarded.')

type Issue = z.core.$ZodRawIssue
const flaw = (input: unknown, path: PropertyKey[], message: string): Issue => ({
  code: 'custom',
  input,
  path,
  message,
})

/** Parts we know must be whole; parts we do not know are the relay’s business. */
const part = z.looseObject({ type: z.string() }).check(({ value, issues }) => {
  if (value.type === 'text' && typeof value['text'] !== 'string') {
    issues.push(flaw(value, ['text'], 'must be a string'))
  }
  if (value.type !== 'image_url' && value.type !== 'video_url') return
  const link = value[value.type]
  const url = typeof link === 'object' && link !== null && 'url' in link ? link.url : link
  const isMarker = typeof url === 'object' && url !== null && '$attachment' in url
  if ((typeof url !== 'string' || url === '') && !isMarker) {
    issues.push(flaw(value, [value.type, 'url'], 'must be a link or a data: URI'))
  }
})

const message = z
  .looseObject({
    role: described(z.string().check(z.minLength(1)), 'system, user, assistant, …'),
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
    // An assistant that only called tools has said nothing.
    const mayBeSilent = role === 'assistant' || role === 'tool' || role === 'function'
    if ((content === null || content === undefined) && mayBeSilent) return
    issues.push(flaw(value, ['content'], 'must be a string or a list of parts'))
  })

/** `POST /v1/chat/completions`: the relay’s whole table, and Reelay’s own fields. */
export const chatRequestSchema = z.looseObject({
  model: described(z.string().check(z.minLength(1), z.maxLength(200)), 'A configured model.'),
  messages: described(
    z.array(message).check(z.minLength(1)),
    'The conversation; the last user message is the prompt.',
  ),
  temperature: field(between(0, 2), 'Sampling temperature, 0 to 2.'),
  top_p: field(between(0, 1), 'Nucleus sampling, 0 to 1.'),
  n: field(count, 'How many to generate. Each is paid for; the first video is the result.'),
  stream: field(z.boolean(), 'Answer with server-sent events instead of one JSON document.'),
  stream_options: field(
    z.looseObject({ include_usage: z.nullish(z.boolean()) }),
    'include_usage: end the stream with a chunk that carries usage.',
  ),
  stop: field(
    z.union(
      [z.string(), z.array(z.string()).check(z.maxLength(4))],
      sentence('must be a string or a list of at most 4 strings'),
    ),
    'Up to 4 sequences that end the text.',
  ),
  max_tokens: field(count, 'A limit on the relay’s text. It does not change which video it is.'),
  presence_penalty: field(between(-2, 2), '−2 to 2.'),
  frequency_penalty: field(between(-2, 2), '−2 to 2.'),
  logit_bias: field(z.record(z.string(), between(-100, 100)), 'Token id → bias, −100 to 100.'),
  user,
  response_format: field(z.looseObject({}), 'Forwarded as it is.'),
  seed: field(z.int(), 'Asks the relay to repeat itself; best effort.'),
  seen: field(z.int(), 'The relay’s own spelling of seed.'),
  tools: field(
    z.array(z.union([z.string(), z.looseObject({})], sentence('must be a string or an object'))),
    'Tools, as objects (OpenAI) or strings (the relay’s table).',
  ),
  tool_choice: field(
    z.union([z.string(), z.looseObject({})], sentence('must be a string or an object')),
    'none, auto, required, or one function.',
  ),
  webhook,
  metadata,
  accept_possible_charge: acceptPossibleCharge,
})

const promptMax = 32_000

const prompt = described(
  z.string().check(
    z.minLength(1),
    z.refine(
      (text) => countCharacters(text, promptMax) <= promptMax,
      sentence('must have at most 32000 characters'),
    ),
  ),
  'What to film. Characters are Unicode code points.',
  { maxLength: promptMax },
)

const inputReference = field(
  z.unknown().check(({ value, issues }) => {
    const why = explainReference(value)
    if (why !== null) issues.push(flaw(value, [], why))
  }),
  'A first image: a file (multipart), a link, a data: URI, or {"image_url": …}.',
)

/** `POST /v1/videos`, as JSON or as the fields of a form. */
export const videoRequestSchema = z.looseObject({
  prompt,
  model: field(z.string().check(z.minLength(1), z.maxLength(200)), 'Default: the first one.'),
  seconds: field(
    z.union([z.string(), z.number()], sentence('must be a string or a number')),
    'One of the lengths the model lists. Default: its first.',
  ),
  size: field(z.string(), 'One of the sizes the model lists. Default: its first.'),
  n: field(
    z.union(
      [count, z.string().check(z.regex(/^[1-9]\d{0,2}$/))],
      sentence('must be an integer of at least 1'),
    ),
    'How many to generate. Each is paid for; the first video is the result.',
  ),
  input_reference: inputReference,
  user,
  webhook,
  metadata,
  accept_possible_charge: acceptPossibleCharge,
})

/** `POST /v1/videos/{id}/remix`. */
export const remixRequestSchema = z.looseObject({
  prompt,
  user,
  webhook,
  metadata,
  accept_possible_charge: acceptPossibleCharge,
})

/** Stops counting soon after `enough`, however long the text is. */
function countCharacters(text: string, enough: number): number {
  if (text.length <= enough) return text.length
  let characters = 0
  for (const _ of text) if (++characters > enough) break
  return characters
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
