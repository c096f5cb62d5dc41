// What an operator binds a key to: its fields in a request, and as they are stored.

import * as z from 'zod/v4-mini'
import { findModel } from '../../shared/request/models.ts'
import type { KeyChange } from '../account/keys.ts'
import { toNetwork } from '../proofs/addressPrefix.ts'
import { withoutUndefined } from './body.ts'
import type { AppContext } from './context.ts'
import { invalid } from './errors.ts'

const networkError = 'must be an IP address or a network such as 203.0.113.0/24'
const several = [z.minLength(1), z.maxLength(100)] as const

export const restrictionFields = {
  models: z.nullish(z.array(z.string().check(...several)).check(...several)),
  ip_allow: z.nullish(
    z
      .array(
        z.string().check(z.refine((text) => toNetwork(text) !== null, { error: networkError })),
      )
      .check(...several),
  ),
}

interface Restrictions {
  readonly models?: readonly string[] | null | undefined
  readonly ip_allow?: readonly string[] | null | undefined
}

/** Those that were given. A model that is misspelt would let the key do nothing. */
export function toRestrictions(
  context: AppContext,
  { models, ip_allow: networks }: Restrictions,
): Pick<KeyChange, 'models' | 'ipAllow'> {
  const { config } = context.var.gateway
  const unknown = models?.findIndex((id) => findModel(config.models, id) === null) ?? -1
  if (unknown >= 0) {
    const known = config.models.map(({ id }) => id).join(', ')
    throw invalid(`models[${unknown}]`, `\`models[${unknown}]\` is not one of ${known}.`)
  }
  const ipAllow = networks?.map((text) => toNetwork(text)).filter((one) => one !== null)
  return withoutUndefined({ models, ipAllow: networks === null ? null : ipAllow })
}
