// Who may be asked for one request: the relays its model names, in order, whose kind has words for
// everything that is asked. The same for admission, which holds their dearest price, and for dispatch.

import { kinds } from '../shared/relay/kinds.ts'
import { priceAt } from '../shared/relay/price.ts'
import { atRelay, findModel, type Model, type Models } from '../shared/request/models.ts'
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
  if (model === null) return { ok: false, param: 'model' }
  const candidates: Candidate[] = []
  let param: string | null = null
  for (const one of model.relays ?? relays.map(({ id }) => ({ relay: id }))) {
    const relay = relays.find(({ id }) => id === one.relay)
    if (relay === undefined) continue
    const its = atRelay(model, one)
    const lacks = kinds[relay.kind].cannotTell(request, its)
    if (lacks === null) candidates.push({ relay, model: its })
    param ??= lacks
  }
  const [first, ...rest] = candidates
  if (first === undefined) return { ok: false, param: param ?? 'model' }
  return { ok: true, candidates: [first, ...rest] }
}

/** Millionths of a US dollar, rounded up: a hold may be too large by a fraction, never too small. */
export function toPrice({ relay, model }: Candidate, request: RemixSource): number {
  return Math.ceil(priceAt(relay.kind, request, model) * 1e6)
}
