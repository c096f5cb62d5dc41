// MODELS with what relays tell of themselves put in. What somebody wrote stays, but for lengths, sizes
// and prices that the relay now tells otherwise; where several relays make a model only its price at
// this relay is written, for lengths and sizes hold for all of them.

import { isJsonObject, tryParseJson, isJsonList, type JsonObject } from '../../shared/wire/json.ts'
import { defaultModels } from '../../shared/request/models.ts'
import type { Relays } from '../settings/relays.ts'
import type { Offer } from './relayOffers.ts'

/** One relay's offers. */
export interface Offers {
  readonly relay: string
  readonly offers: readonly Offer[]
}

/** `models`: the text of MODELS, which parseConfig has read; undefined when it is not set. */
export function mergeOffers(
  models: string | undefined,
  relays: Relays,
  told: readonly Offers[],
): readonly JsonObject[] {
  let entries = models === undefined ? standIn(relays, told) : readEntries(models)
  for (const { relay, offers } of told) {
    for (const offer of offers) {
      const isMeant = (entry: JsonObject) => toRelayModel(entry, relay, relays) === offer.id
      entries = entries.some(isMeant)
        ? entries.map((entry) => (isMeant(entry) ? update(entry, relay, relays, offer) : entry))
        : [...entries, create(entries, relay, relays, offer)]
    }
  }
  return entries
}

/** Without MODELS there are two models, which stay with the relays that told nothing. */
function standIn(relays: Relays, told: readonly Offers[]): readonly JsonObject[] {
  const others = relays.flatMap(({ id }) => (told.some(({ relay }) => relay === id) ? [] : [id]))
  if (others.length === 0) return []
  return defaultModels.map(({ id }) => ({ id, relays: others }))
}

function readEntries(models: string): readonly JsonObject[] {
  const value = tryParseJson(models)
  return isJsonList(value) ? value.filter(isJsonObject) : []
}

/** What the relay is asked for; null when it is not asked for this model. */
function toRelayModel(entry: JsonObject, relay: string, relays: Relays): string | null {
  const own = findOwn(entry, relay, relays)
  if (own === undefined) return null
  const name = (isJsonObject(own) ? own['relay_model'] : undefined) ?? entry['relay_model']
  return typeof name === 'string' ? name : String(entry['id'])
}

function findOwn(entry: JsonObject, relay: string, relays: Relays) {
  const list = isJsonList(entry['relays']) ? entry['relays'] : relays.map(({ id }) => id)
  return list.find((one) => one === relay || (isJsonObject(one) && one['relay'] === relay))
}

function update(entry: JsonObject, relay: string, relays: Relays, offer: Offer): JsonObject {
  const list = isJsonList(entry['relays']) ? entry['relays'] : relays.map(({ id }) => id)
  if (list.length === 1) {
    const [only] = list
    const own = isJsonObject(only) ? { relays: [withoutPrice(only)] } : {}
    return { ...entry, ...own, ...toFields(offer) }
  }
  if (offer.price === null) return entry
  const price = { price_usd: offer.price }
  return {
    ...entry,
    relays: list.map((one) => {
      if (one === relay) return { relay, ...price }
      return isJsonObject(one) && one['relay'] === relay ? { ...one, ...price } : one
    }),
  }
}

/** A price of its own would hide the one beside it. */
function withoutPrice({ price_usd: _price, ...rest }: JsonObject): JsonObject {
  return rest
}

function create(
  entries: readonly JsonObject[],
  relay: string,
  relays: Relays,
  offer: Offer,
): JsonObject {
  const isTaken = entries.some(({ id }) => id === offer.id)
  return {
    id: isTaken ? `${relay}/${offer.id}` : offer.id,
    ...(isTaken && { relay_model: offer.id }),
    ...(relays.length > 1 && { relays: [relay] }),
    ...toFields(offer),
  }
}

function toFields({ seconds, sizes, price }: Offer): JsonObject {
  return {
    ...(seconds.length > 0 && { seconds }),
    ...(sizes.length > 0 && { sizes }),
    ...(price !== null && { price_usd: price }),
  }
}
