// What every entry into the Worker needs from the environment, made once per isolate: the parsed
// configuration, and the signer, the guarded way out and the login counter that follow from it.

import { isPriced } from '../shared/request/models.ts'
import { AuthFailures } from './proofs/authFailures.ts'
import type { Config, Settings } from './settings/config.ts'
import { parseConfig } from './settings/config.ts'
import type { Env } from './env.ts'
import type { Outbound } from './outbound/outbound.ts'
import { createOutbound } from './outbound/outbound.ts'
import { report } from './report/report.ts'
import { Minutes } from './platform/minutes.ts'
import { sleep } from './platform/platform.ts'
import type { Signer } from './proofs/signature.ts'
import { createSigner } from './proofs/signature.ts'
import type { LinkSettings } from './proofs/signedLink.ts'

export interface Gateway {
  readonly config: Config
  readonly signer: Signer
  readonly links: LinkSettings
  /** The way out to addresses that callers and relays give. */
  readonly outbound: Outbound
  readonly authFailures: AuthFailures
  /** What keys ask of this isolate: all of it, and what leaves or sends something. */
  readonly requests: Minutes
  readonly writes: Minutes
}

const gateways = new WeakMap<object, Gateway>()

/** @throws ConfigError naming the setting that is missing or malformed. */
export function toGateway(env: Env): Gateway {
  const known = gateways.get(env)
  if (known !== undefined) return known
  const config = parseConfig(env as unknown as Settings)
  for (const model of config.models) {
    // What it makes binds no budget, which whoever set one should know.
    if (!isPriced(model)) report({ what: 'model without price', id: model.id })
  }
  const signer = createSigner(config)
  const ownHosts = config.publicUrl === null ? [] : [new URL(config.publicUrl).host]
  const outbound = createOutbound({
    fetch: (url, init) => fetch(url, init),
    policy: { ownHosts, allowPrivateNetwork: config.privateNetwork.has('downloads') },
    postPolicy: { ownHosts, allowPrivateNetwork: config.privateNetwork.has('webhooks') },
    webhookHosts: config.webhookHosts,
    now: Date.now,
    sleep,
    limits: { maxBytes: config.generation.assetBytes },
  })
  const gateway = {
    config,
    outbound,
    signer,
    links: { signer, ttlMs: config.linkTtlMs, publicUrl: config.publicUrl },
    authFailures: new AuthFailures(config.authFailuresPerMinute, Date.now),
    requests: new Minutes('requests', config.requestsPerMinute, Date.now),
    writes: new Minutes('writes', config.account.writesPerMinute, Date.now),
  }
  gateways.set(env, gateway)
  return gateway
}
