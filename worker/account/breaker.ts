// Stops an account from paying for attempts that cannot work: a relay that refused the gateway's key or
// its money is not asked for a while. What already runs goes on.

import type { FailureCode } from '../../shared/video/failures.ts'
import { failures } from '../../shared/video/failures.ts'
import { defaultRelayId } from '../settings/relays.ts'
import { accountId } from './accountId.ts'
import type { Alerts } from './alerts.ts'
import type { AccountPorts } from './ports.ts'

/** Long enough to spare the relay, short enough that a repaired key is noticed at once. */
const OPEN_MS = 30_000

/** Release 0.1 keeps the suspension of its only relay here, and reads it after a rollback. */
const ofAccount = 'UPDATE account SET breaker_until = ?, breaker_code = ?'
const read = `SELECT relay, until, code FROM suspension WHERE until > ?1
  UNION SELECT ?2, breaker_until, breaker_code FROM account WHERE breaker_until > ?1`

interface Suspension extends Record<string, string | number> {
  readonly relay: string
  readonly until: number
  readonly code: string
}

export class Breaker {
  readonly #ports: AccountPorts
  readonly #alerts: Alerts

  constructor(ports: AccountPorts, alerts: Alerts) {
    this.#ports = ports
    this.#alerts = alerts
  }

  /** Suspends this relay after a failure whose code would hit every request. */
  record(relay: string, code: FailureCode | null, now: number): void {
    const { sql, settings, report } = this.#ports
    if (!settings.breaker || code === null || failures[code].breaker !== true) return
    const wasOpen = this.suspended(now).includes(relay)
    const until = now + OPEN_MS
    sql.exec(
      'INSERT OR REPLACE INTO suspension (relay, until, code) VALUES (?, ?, ?)',
      relay,
      until,
      code,
    )
    if (relay === defaultRelayId) sql.exec(ofAccount, until, code)
    if (wasOpen) return
    report({ what: 'relay suspended', id: accountId(sql), relay, code, ms: OPEN_MS })
    this.#alerts.onSuspended(relay, code)
  }

  /** Relays that are not to be asked now. */
  suspended(now: number): string[] {
    return [...new Set(this.#read(now).map(({ relay }) => relay))]
  }

  /** null while one of these may be asked. */
  openFor(relays: readonly string[], now: number): { ms: number; message: string } | null {
    const rows = this.#read(now)
    const ends = relays.map((relay) => rows.filter((row) => row.relay === relay))
    if (ends.some((found) => found.length === 0)) return null
    const last = ends.map((found) => found.toSorted((a, b) => b.until - a.until)[0])
    const first = last.toSorted((a, b) => (a?.until ?? 0) - (b?.until ?? 0))[0]
    if (first === undefined) return null
    const reason =
      first.code === 'quota'
        ? "the gateway's account at the relay is out of money"
        : "the relay does not accept the gateway's key"
    return {
      ms: first.until - now,
      message: `New generations are suspended for some seconds: ${reason}. Tell whoever runs this gateway.`,
    }
  }

  #read(now: number): Suspension[] {
    const { sql, settings } = this.#ports
    return settings.breaker ? sql.exec<Suspension>(read, now, defaultRelayId) : []
  }
}
