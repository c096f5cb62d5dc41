// Whom a simulated gateway may ask, and what it costs there.

import { defaultModels, type Models } from '../../../shared/request/models.ts'
import type { Relays } from '../../../worker/relays.ts'
import { PRICE } from '../scenario.ts'
import { RELAY_URL } from './relay.ts'

const [model] = defaultModels

export const simulatedModels: Models = [{ ...model, priceUsd: PRICE / 1e6 }]

export const simulatedRelays: Relays = [
  {
    id: 'default',
    kind: 'chat',
    baseUrl: RELAY_URL,
    headers: {},
    failed: undefined,
    body: undefined,
    pollMs: 3_000,
    totalMs: undefined,
  },
]
