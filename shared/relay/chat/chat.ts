// Relays that answer a chat completion with streamed prose and a link: the request is a conversation,
// and the connection is held until the video is there.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import { toToldSeconds } from '../../request/asked.ts'
import type { Model } from '../../request/models.ts'
import { toRelayWords } from '../../request/toRelayWords.ts'
import type { Order, RelayKind } from '../relay.ts'
import { readRelayAnswer } from './readAnswer.ts'

export const chat: RelayKind = {
  cannotTell: () => null,

  order: (order, model) => ({
    method: 'POST',
    path: '/chat/completions',
    accept: 'text/event-stream',
    body: { as: 'json', value: toChatBody(order, model) },
  }),

  read: readRelayAnswer,

  // What it remixes is told in its words and fields.
  derives: [],

  // Its public task pages belong to nobody's account; the host reads them like any other page.
  look: () => null,
  readLook: () => ({ is: 'no news', isUnknown: false, retryAfterMs: null }),
}

/** The stored body in the words of this relay's model; what release 0.1 stored goes out as it stands. */
export function toChatBody(order: Order, model: Model): JsonObject {
  const { body, askedAs, prompt, size } = order
  if (askedAs === undefined) return body
  const { relayModel, words, fields } = toRelayWords(model, toToldSeconds(order), size)
  if (askedAs.form === 'chat') return { ...body, model: relayModel }
  const kept = Object.entries(body).filter(([name]) => !askedAs.told.includes(name))
  return {
    ...Object.fromEntries(kept),
    model: relayModel,
    messages: withText(body['messages'] ?? [], prompt + words),
    ...fields,
  }
}

/** The conversation with another last word. */
function withText(messages: JsonValue, text: string): JsonValue {
  if (!isJsonList(messages)) return messages
  return messages.map((message, index) =>
    index === messages.length - 1 && isJsonObject(message)
      ? { ...message, content: toContent(message['content'], text) }
      : message,
  )
}

function toContent(content: JsonValue | undefined, text: string): JsonValue {
  if (!isJsonList(content)) return text
  return content.map((part) =>
    isJsonObject(part) && part['type'] === 'text' ? { ...part, text } : part,
  )
}
