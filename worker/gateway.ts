// What every entry into the Worker needs from the environment, made once per isolate: the parsed
// configuration and the signer derived from it.

import type { Config, Settings } from './config.ts'
import { parseConfig } from './config.ts'
import type { Env } from './env.ts'
import type { Signer } from './signature.ts'
import { createSigner } from './signature.ts'

export interface Gateway {
  readonly config: Config
  readonly signer: Signer
}

const gateways = new WeakMap<object, Gateway>()

/** @throws ConfigError naming the setting that is missing or malformed. */
export function toGateway(env: Env): Gateway {
  const known = gateways.get(env)
  if (known !== undefined) return known
  const config = parseConfig(env as unknown as Settings)
  const { adminToken, signingSecret } = config
  const gateway = { config, signer: createSigner({ adminToken, signingSecret }) }
  gateways.set(env, gateway)
  return gateway
}
