// Every request body by the name it has in the document, and what is said about each field of a
// generation's. Kept apart from the checks, because the Worker carries those and need not carry this;
// a field that is checked and has neither a sentence nor null here does not compile.

import * as z from 'zod/v4-mini'
import {
  chatMessageSchema,
  chatRequestSchema,
  editRequestSchema,
  extensionRequestSchema,
  PROMPT_MAX,
  remixRequestSchema,
  videoRequestSchema,
} from '../../shared/request/schema.ts'

export {
  keyChangeSchema as ApiKeyChange,
  newKeySchema as NewApiKey,
} from '../http/routes/adminKeys.ts'
export { callbackSchema as NewCallback } from '../http/routes/callbacks.ts'
export {
  newScheduleSchema as NewSchedule,
  scheduleChangeSchema as ScheduleChange,
} from '../http/routes/schedules.ts'
export {
  endpointChangeSchema as WebhookEndpointChange,
  newEndpointSchema as NewWebhookEndpoint,
} from '../http/routes/webhooks.ts'

/** One message of MCP; `params` are those of its method. */
export const McpRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.optional(z.union([z.string(), z.number()])),
  method: z.string(),
  params: z.optional(z.looseObject({})),
})

interface Said {
  readonly description: string
  readonly maxLength?: number
}

const ours = {
  user: 'Accepted for OpenAI’s clients; never forwarded.',
  webhook: 'Told when this request has ended, by a signed POST. Reelay’s own; never forwarded.',
  metadata: 'Up to 16 pairs of strings, given back with the video. Reelay’s own; never forwarded.',
  accept_possible_charge:
    'Start another generation although an identical one may have been charged.',
}
const n = 'How many to generate. Each is paid for; the first video is the result.'
const prompt: Said = {
  maxLength: PROMPT_MAX,
  description: 'What to film. Characters are Unicode code points.',
}

describeFields(chatMessageSchema, { role: 'system, user, assistant, …', content: null })

export const ChatRequest = describeFields(chatRequestSchema, {
  ...ours,
  model: 'A configured model.',
  messages:
    'The conversation; the last user message is the prompt. At most 256 KiB of text, all together.',
  temperature: 'Sampling temperature, 0 to 2.',
  top_p: 'Nucleus sampling, 0 to 1.',
  n,
  stream: 'Answer with server-sent events instead of one JSON document.',
  stream_options: 'include_usage: end the stream with a chunk that carries usage.',
  stop: 'Up to 4 sequences that end the text.',
  max_tokens: 'A limit on the relay’s text. It does not change which video it is.',
  presence_penalty: '−2 to 2.',
  frequency_penalty: '−2 to 2.',
  logit_bias: 'Token id → bias, −100 to 100.',
  response_format: 'Forwarded as it is.',
  seed: 'Asks the relay to repeat itself; best effort.',
  seen: 'The relay’s own spelling of seed.',
  tools: 'Tools, as objects (OpenAI) or strings (the relay’s table).',
  tool_choice: 'none, auto, required, or one function.',
})

export const VideoRequest = describeFields(videoRequestSchema, {
  ...ours,
  prompt,
  model: 'Default: the first one.',
  seconds: 'One of the lengths the model lists, if it lists any. Default: its first.',
  size: 'One of the sizes the model lists, if it lists any. Default: its first.',
  n,
  input_reference: 'A first image: a file (multipart), a link, a data: URI, or {"image_url": …}.',
  last_frame: 'A last image, given in the same ways.',
  reference_images: 'Images of who or what is to be seen, each given in the same ways.',
  aspect_ratio: 'Such as 16:9. Instead of size, or the same shape.',
  resolution: 'Such as 720p or 4k. Instead of size, or the same.',
  negative_prompt: 'What is not to be seen.',
  audio: 'Whether it is to have sound.',
  seed: 'Asks the model to repeat itself; best effort.',
})

const video = 'A finished video of yours: {"id": …}. Files are not taken.'

export const EditRequest = describeFields(editRequestSchema, { ...ours, prompt, video })

export const ExtensionRequest = describeFields(extensionRequestSchema, {
  ...ours,
  prompt,
  video,
  seconds: 'How long the new part is. Its price is that of the whole video.',
})

export const RemixRequest = describeFields(remixRequestSchema, { ...ours, prompt })

/** null: the field speaks for itself. */
function describeFields<Schema extends z.ZodMiniObject>(
  schema: Schema,
  sentences: Readonly<Record<keyof Schema['shape'], string | Said | null>>,
): Schema {
  for (const [field, said] of Object.entries(sentences) as [string, string | Said | null][]) {
    const fieldSchema = schema.shape[field]
    if (fieldSchema === undefined || said === null) continue
    z.globalRegistry.add(
      fieldSchema,
      typeof said === 'string' ? { description: said } : { ...said },
    )
  }
  return schema
}
