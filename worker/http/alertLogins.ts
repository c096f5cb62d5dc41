// Tells the operator that somebody guesses keys, once an hour, after the answer: an attack must not become
// a flood of messages, nor wait for one.

import { toAddressPrefix } from '../proofs/addressPrefix.ts'
import { report } from '../report/report.ts'
import { tellOperator } from '../tellOperator.ts'
import { readAddress } from './address.ts'
import type { AppContext } from './context.ts'

const HOUR_MS = 60 * 60_000

let toldHour = 0

/** Call when an address has failed too often. */
export function alertLogins(context: AppContext): void {
  const { gateway, requestId } = context.var
  const { operatorWebhook, authFailuresPerMinute } = gateway.config
  const at = Date.now()
  const hour = Math.floor(at / HOUR_MS)
  if (operatorWebhook === null || hour === toldHour) return
  toldHour = hour
  const data = {
    network: toAddressPrefix(readAddress(context)),
    failures_per_minute: authFailuresPerMinute,
  }
  const alert = { id: `logins_${hour}`, type: 'gateway.login_failures' as const, at, data }
  context.executionCtx.waitUntil(
    tellOperator(context.env, operatorWebhook, alert).catch((error: unknown) => {
      toldHour = 0
      report({ what: 'object not reached', id: requestId, error })
    }),
  )
}
