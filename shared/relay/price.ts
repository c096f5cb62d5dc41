// What a request costs at one relay: the price of the bytes that this relay gets. Whatever in them may
// name a length counts, and the dearest of what they name is the price, so that no budget is undercut.

import { listLengthFields } from '../request/lengthFields.ts'
import { findLengths, type NamedLength } from '../request/lengthWords.ts'
import { priceOf, type Model } from '../request/models.ts'
import { textsOf } from '../request/readVideoFields.ts'
import { isJsonList, isJsonObject, type JsonObject } from '../wire/json.ts'
import { kinds, type KindId } from './kinds.ts'
import type { Order } from './relay.ts'

/** USD; what is not known costs as much as the dearest. */
export function priceAt(kind: KindId, order: Order, model: Model): number {
  const { priceUsd } = model
  const told = order.pricedSeconds
  // Nothing that is named makes it dearer.
  if (priceUsd === null || typeof priceUsd === 'number' || told === null) {
    return priceOf(model, order)
  }
  const { body } = kinds[kind].order(order, model)
  const sent = body?.as === 'json' ? body.value : Object.fromEntries(body?.fields ?? [])
  const longer = listLengths(kind, sent, model).filter(
    // A shorter one than what is told, and that is not sold, changes nothing.
    (length) => length === null || length > Number(told) || Object.hasOwn(priceUsd, String(length)),
  )
  const named = longer.map((length) => (length === null ? null : String(length)))
  const prices = [told, ...named].map((seconds) =>
    priceOf(model, { ...order, pricedSeconds: seconds }),
  )
  return Math.max(...prices)
}

function listLengths(kind: KindId, sent: JsonObject, model: Model): NamedLength[] {
  const rule = model.tell.seconds
  const fields = listLengthFields(sent, rule.by === 'field' ? rule.name : null)
  // Of a model that is never told, only its habit is known.
  const habit = rule.by === 'off' ? [Number(model.seconds[0]) || null] : []
  const isTold = rule.by === 'model' || fields.length > 0
  const goesByPrompt = kind === 'chat' && (rule.by === 'prompt' || rule.by === 'off')
  const texts =
    goesByPrompt || !isTold ? listTexts(sent).flatMap((text) => findLengths(text, rule)) : []
  return [...fields, ...habit, ...texts]
}

/** What the caller says in words; a relay's own words in a conversation are none. */
function listTexts({ messages, prompt }: JsonObject): string[] {
  const said = isJsonList(messages) ? messages : []
  const texts = said.flatMap((message) =>
    isJsonObject(message) && message['role'] !== 'assistant' ? textsOf(message['content']) : [],
  )
  return typeof prompt === 'string' ? [...texts, prompt] : texts
}
