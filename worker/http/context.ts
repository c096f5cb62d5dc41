// What every handler finds in its context: the bindings, the gateway made of them, and who called.

import type { KeyRow } from '../account/keys.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'

/** Who called: the account, the key they hold, and its digest, which is all an account can look up. */
export interface Principal {
  readonly account: string
  readonly digest: string
  readonly key: KeyRow
}

export interface App {
  Bindings: Env
  Variables: { gateway: Gateway; principal: Principal; requestId: string }
}
