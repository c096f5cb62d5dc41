// Who may be asked for one request: the relays its model names, in order, whose kind has words for
// everything that is asked. The same for admission, which holds their dearest price, and for dispatch.

import { kinds } from '../shared/relay/kinds.ts'
import { atRelay, findModel, priceOf, type Model, type Models } from '../shared/request/models.ts'
import type { RemixSource } from '../shared/request/remix.ts'
import type { Relay, Relays } from './relays.ts'

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
  const named = model?.relays ?? relays.map(({ id }) => ({ relay: id }))
  const candidates: Candidate[] = []
  let param = 'model'
  for (const [index, one] of named.entries()) {
    const relay = relays.find(({ id }) => id === one.relay)
    // A model that is configured no longer was put into words when it was asked for.
    const its = model === null ? models[0] : atRelay(model, one)
    if (relay === undefined || (model === null && relay.kind !== 'chat')) continue
    const lacks = kinds[relay.kind].cannotTell(request, its)
    if (lacks === null) candidates.push({ relay, model: its })
    else if (index === 0 || param === 'model') param = lacks
  }
  const [first, ...rest] = candidates
  return first === undefined ? { ok: false, param } : { ok: true, candidates: [first, ...rest] }
}

/** Millionths of a US dollar, rounded up: a hold may be too large by a fraction, never too small. */
export function toPrice({ model }: Candidate, request: RemixSource): number {
  return Math.ceil(priceOf(model, request) * 1e6)
}
