// Stops an account from paying for attempts that cannot work: after the relay refused the gateway's
// own key or its money, nothing new is sent for a while. What already runs goes on.

import type { FailureCode } from '../../shared/video/failures.ts'
import { failures } from '../../shared/video/failures.ts'
import { accountId } from './accountId.ts'
import type { AccountPorts } from './ports.ts'

/** Long enough to spare the relay, short enough that a repaired key is noticed at once. */
const OPEN_MS = 30_000

export class Breaker {
  readonly #ports: AccountPorts

  constructor(ports: AccountPorts) {
    this.#ports = ports
  }

  /** Opens after a failure whose code would hit every request. */
  record(code: FailureCode | null, now: number): void {
    const { sql, settings, report } = this.#ports
    if (!settings.breaker || code === null || failures[code].breaker !== true) return
    const wasOpen = this.openFor(now) !== null
    sql.exec('UPDATE account SET breaker_until = ?, breaker_code = ?', now + OPEN_MS, code)
    if (!wasOpen) report({ what: 'account suspended', id: accountId(sql), code, ms: OPEN_MS })
  }

  openFor(now: number): { ms: number; message: string } | null {
    const { sql, settings } = this.#ports
    if (!settings.breaker) return null
    const [row] = sql.exec<{ breaker_until: number; breaker_code: string | null }>(
      'SELECT breaker_until, breaker_code FROM account WHERE breaker_until > ?',
      now,
    )
    if (row === undefined) return null
    const reason =
      row.breaker_code === 'quota'
        ? "the gateway's account at the relay is out of money"
        : "the relay does not accept the gateway's key"
    return {
      ms: row.breaker_until - now,
      message: `New generations are suspended for some seconds: ${reason}. Tell whoever runs this gateway.`,
    }
  }
}
