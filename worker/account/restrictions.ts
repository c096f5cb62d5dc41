// What a key is bound to beside its scopes: models it may generate with, and networks it may be used from.

import { isInNetworks } from '../proofs/addressPrefix.ts'
import type { KeyRow } from './keys.ts'

/** `null`: it may. An object that still runs 0.1 knows of no restriction. */
export function explainModel(key: KeyRow, model: string): string | null {
  const models = key.models ?? null
  if (models === null || models.includes(model)) return null
  return `This API key may not use the model ${model}. It may use ${models.join(', ')}.`
}

/** The same; what has no address is in no network. */
export function explainAddress(key: KeyRow, address: string | null | undefined): string | null {
  const networks = key.ipAllow ?? null
  if (networks === null || isInNetworks(address, networks)) return null
  return 'This API key may not be used from this address. Whoever runs the gateway can allow it.'
}
