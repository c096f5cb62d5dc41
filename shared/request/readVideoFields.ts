// Reads from a chat request what it says about the video: the prompt, and length and shape where a
// field names them. It never reads the prompt for lengths; that is the relay's part.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { isSeconds, isSize, type Model } from './models.ts'

/** What a request says about the video it asks for. */
export interface VideoFields {
  /** The text of the last user message, '' when there is none; or the video's prompt. */
  readonly prompt: string
  readonly seconds: string
  readonly size: string
  /** The seconds to price; null when a chat's own words may ask for any length. */
  readonly pricedSeconds: string | null
}

export function readVideoFields(
  fields: JsonObject,
  messages: JsonValue,
  model: Model,
): VideoFields {
  const rule = model.tell.seconds
  const binding = rule.by === 'field' ? toSeconds(fields[rule.name]) : null
  const seconds =
    binding ??
    toSeconds(fields['seconds']) ??
    toSeconds(fields['duration']) ??
    model.seconds[0] ??
    ''
  const { size } = fields
  return {
    prompt: findPrompt(messages),
    seconds,
    size: typeof size === 'string' && isSize(size) ? size : (model.sizes[0] ?? ''),
    // Where the model's name holds the length, the relay makes what is read here.
    pricedSeconds: (rule.by === 'model' ? seconds : binding) || null,
  }
}

export function toSeconds(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  return isSeconds(String(value)) ? String(value) : null
}

function findPrompt(messages: JsonValue): string {
  if (!isJsonList(messages)) return ''
  const last = messages.findLast((message) => isJsonObject(message) && message['role'] === 'user')
  return isJsonObject(last) ? textsOf(last['content']).join('\n') : ''
}

/** The texts of a message's content. */
export function textsOf(content: JsonValue | undefined): string[] {
  if (typeof content === 'string') return [content]
  if (!isJsonList(content)) return []
  return content
    .map((part) => (isJsonObject(part) && part['type'] === 'text' ? part['text'] : null))
    .filter((text) => typeof text === 'string')
}
