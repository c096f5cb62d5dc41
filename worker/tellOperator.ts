// Where alerts go: to an object of the operator's own, which sends them on.

import type { Env } from './env.ts'
import { getAccount } from './objects.ts'
import type { OperatorSettings } from './settings/operatorSettings.ts'
import { type Alert, OPERATOR_OBJECT } from './protocol.ts'

/** Idempotent. `webhook` null: nobody wants to be told. */
export async function tellOperator(
  env: Env,
  webhook: OperatorSettings['operatorWebhook'],
  alert: Alert,
): Promise<void> {
  if (webhook !== null) await getAccount(env, OPERATOR_OBJECT).announce(alert, webhook)
}
