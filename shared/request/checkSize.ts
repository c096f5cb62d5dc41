// How much a request may say, without its images: so much that it fits into one row of a store that
// holds 2 MB a row, prompt and body side by side, with room for what the relay will say.

import { countJsonBytes, isJsonList, isJsonObject, type JsonObject } from '../wire/json.ts'
import { refuse, type Refused } from './error.ts'
import { textsOf } from './readVideoFields.ts'

const textMaxBytes = 256 * 1024
/** 1 MiB of JSON is what is left of the largest sensible request once its images are out. */
const bodyMaxBytes = 1024 * 1024
/** The prompt is stored once more beside the body. JSON writes some characters as six bytes. */
const storedMaxBytes = bodyMaxBytes + textMaxBytes

/** `fields`: what the caller wrote of the body; null when most of it is of an earlier request. */
export function checkSize(
  { prompt, body }: { readonly prompt: string; readonly body: JsonObject },
  fields: JsonObject | null,
): Refused | null {
  if (countTextBytes(body) > textMaxBytes) {
    return fields === null
      ? refuse(null, 'the conversation would have more than 256 KiB of text; begin a new one')
      : refuse('messages', 'must have at most 256 KiB of text, all together')
  }
  const bytes = countJsonBytes(body)
  if (bytes <= bodyMaxBytes && bytes + countJsonBytes(prompt) <= storedMaxBytes) return null
  const param = fields === null ? null : findLargest(fields)
  const subject = param === null ? 'the request is' : 'makes the request'
  const why = `${subject} larger than 1 MiB without its images; shorten it`
  return refuse(param, why, 'request_too_large')
}

/** The text of all messages, as UTF-8. */
function countTextBytes({ messages }: JsonObject): number {
  if (!isJsonList(messages)) return 0
  const texts = messages.flatMap((message) =>
    isJsonObject(message) ? textsOf(message['content']) : [],
  )
  const encoder = new TextEncoder()
  return texts.reduce((bytes, text) => bytes + encoder.encode(text).length, 0)
}

function findLargest(fields: JsonObject): string | null {
  let largest: string | null = null
  let most = 0
  for (const [name, value] of Object.entries(fields)) {
    const bytes = countJsonBytes(name) + countJsonBytes(value)
    if (bytes <= most) continue
    most = bytes
    largest = name
  }
  return largest
}
