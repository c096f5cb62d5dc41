// Who may be asked for one request: the relays its model names, in order, whose kind has words for
// everything that is asked; of a video that one of them made, that one. The same for admission, which
// holds their dearest price, and for dispatch.

import { kinds } from '../shared/relay/kinds.ts'
import { priceAt } from '../shared/relay/price.ts'
import {
  atRelay,
  findModel,
  type Model,
  type ModelRelay,
  type Models,
} from '../shared/request/models.ts'
import type { RemixSource } from '../shared/request/remix.ts'
import type { Source } from '../shared/request/source.ts'
import type { Relay, Relays } from './settings/relays.ts'

export interface Candidate {
  readonly relay: Relay
  /** As this relay sells it and is told of it. */
  readonly model: Model
}

export interface Market {
  readonly relays: Relays
  readonly models: Models
}

export type Candidates =
  | { readonly ok: true; readonly candidates: readonly [Candidate, ...Candidate[]] }
  /** No relay can be told this field. */
  | { readonly ok: false; readonly param: string }

export function toCandidates({ relays, models }: Market, request: RemixSource): Candidates {
  const model = findModel(models, request.model)
  if (model === null) return { ok: false, param: 'model' }
  const candidates: Candidate[] = []
  let param: string | null = null
  const named = toSellers(model, relays)
  const { source } = request
  for (const one of source === undefined ? named : [toOnly(named, source)]) {
    const relay = relays.find(({ id }) => id === one.relay)
    if (relay === undefined || (source !== undefined && relay.kind !== source.kind)) continue
    const its = atRelay(model, one)
    const lacks = kinds[relay.kind].cannotTell(request, its)
    if (lacks === null) candidates.push({ relay, model: its })
    param ??= lacks
  }
  const [first, ...rest] = candidates
  if (first === undefined) return { ok: false, param: param ?? 'model' }
  return { ok: true, candidates: [first, ...rest] }
}

/** The relays that a model names, in order; all of them when it names none. */
export function toSellers(model: Model, relays: Relays): readonly ModelRelay[] {
  return model.relays ?? relays.map(({ id }) => ({ relay: id }))
}

/** Who made a video can make something of it, also where the model is no longer made there. */
function toOnly(named: readonly ModelRelay[], { relay }: Source): ModelRelay {
  return named.find((one) => one.relay === relay) ?? { relay }
}

/** Millionths of a US dollar, rounded up: a hold may be too large by a fraction, never too small. */
export function toPrice({ relay, model }: Candidate, request: RemixSource): number {
  return Math.ceil(priceAt(relay.kind, request, model) * 1e6)
}
