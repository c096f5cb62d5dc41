// What the operator is to hear of this account, each once: written with what it tells of, and told later
// by the alarm, so that nobody waits for it and no crash loses it. Without a receiver nothing is written.

import { settleWithin } from '../../shared/limits.ts'
import type { JsonObject } from '../../shared/wire/json.ts'
import { DueTable } from '../platform/dueTable.ts'
import { fromJson, insert, Table } from '../platform/table.ts'
import type { Alert } from '../protocol.ts'
import { accountId } from './accountId.ts'
import type { KeyRow, Keys } from './keys.ts'
import type { AccountPorts } from './ports.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const AGAIN_MS = 60_000
const CALL_MS = 30_000
const ROWS_PER_STEP = 20
/** From here on a budget is worth a word, and one that covers no more is used up. */
const EARLY_PERCENT = 80

export const alertTable = `CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  keep_until INTEGER,
  told_at INTEGER
) WITHOUT ROWID`

export class Alerts {
  readonly #ports: AccountPorts
  readonly #keys: Keys
  readonly #table: Table<Alert>
  readonly #due: DueTable<'alert'>
  #isTelling = false

  constructor(ports: AccountPorts, keys: Keys) {
    this.#ports = ports
    this.#keys = keys
    this.#table = new Table(ports.sql, 'alert', 'id, type, data, at', {
      data: fromJson<JsonObject>,
    })
    this.#due = new DueTable(ports.sql, ports.alarm)
  }

  /** Once an hour, whatever account finds it: the receiver drops the same id. */
  onSuspended(relay: string, code: string): void {
    const { now, sql } = this.#ports
    const hour = Math.floor(now() / HOUR_MS)
    const data = { relay, code, account: accountId(sql) }
    this.#note('gateway.relay_suspended', `suspended_${relay}_${hour}`, data, now() + DAY_MS)
  }

  /** Call after a request was admitted, or refused because a budget does not cover it. */
  onAdmission({ id }: KeyRow, isRefused: boolean): void {
    if (this.#ports.tellOperator === null) return
    const key = this.#keys.get(id)
    if (key === null || key.budget === null) return
    const { budget } = key
    const used = key.spent + key.held
    const isEarly = used * 100 >= budget * EARLY_PERCENT
    if (!isEarly) return
    const about = { account: accountId(this.#ports.sql), key_id: id }
    const money = { budget_usd: budget / 1e6, used_usd: used / 1e6 }
    for (const percent of isRefused || used >= budget ? [EARLY_PERCENT, 100] : [EARLY_PERCENT]) {
      // A raised budget is another one.
      const name = `budget_${id}_total_${budget}_${percent}`
      this.#note('gateway.budget_used', name, { ...about, percent, ...money }, null)
    }
  }

  /** Called by the alarm. */
  act(): void {
    const { now, defer } = this.#ports
    this.#due.set('alert', now() + AGAIN_MS)
    if (!this.#isTelling) defer(this.#tell())
  }

  /** `keepUntil` null: it is never told again. */
  #note(type: Alert['type'], name: string, data: JsonObject, keepUntil: number | null): void {
    const { now, sql, tellOperator } = this.#ports
    const id = name.replaceAll(/[^\w-]/g, '_')
    if (tellOperator === null || this.#table.number('1', 'WHERE id = ?', id) !== null) return
    sql.exec('DELETE FROM alert WHERE keep_until < ? AND told_at IS NOT NULL', now())
    insert(sql, 'INSERT INTO alert', { id, type, data, at: now(), keepUntil })
    this.#due.setEarlier('alert', now())
  }

  async #tell(): Promise<void> {
    const { sql, now, tellOperator } = this.#ports
    this.#isTelling = true
    try {
      for (;;) {
        const rows = this.#table.many('WHERE told_at IS NULL ORDER BY at LIMIT ?', ROWS_PER_STEP)
        if (rows.length === 0 || tellOperator === null) return this.#due.clear('alert')
        for (const alert of rows) {
          await settleWithin(this.#ports, 'operator', CALL_MS, tellOperator(alert))
          sql.exec('UPDATE alert SET told_at = ? WHERE id = ?', now(), alert.id)
        }
      }
    } finally {
      this.#isTelling = false
    }
  }
}
