// After a restore the account has forgotten what it admitted since. For a day it starts nothing new
// unless the caller accepts that it may be paid twice. Its own storage was rolled back, so that it was
// restored stands in the directory, too: a session that may be the first one after a restore asks there.

import { settleWithin } from '../../shared/limits.ts'
import { DueTable } from '../platform/dueTable.ts'
import { readValue } from '../platform/table.ts'
import type { Generations } from './generations.ts'
import type { AccountPorts } from './ports.ts'

/** How long a restored account asks: as long as a doubtful generation is remembered. */
export const RESTORED_MS = 24 * 60 * 60_000
/** No restore goes less far back than this, give or take what the platform calls that time. */
export const LEAST_RESTORE_MS = 10 * 60_000
/** So an account that knows of an admission as late as this was not restored a moment ago. */
const RECENT_MS = 5 * 60_000
/** An account that cannot ask goes on, and asks again with its next admission. */
const ASK_MS = 2_000

export class Restoration {
  readonly #ports: AccountPorts
  readonly #generations: Generations
  #hasAsked = false

  constructor(ports: AccountPorts, generations: Generations) {
    this.#ports = ports
    this.#generations = generations
  }

  /** When it was restored, ms; null unless that matters now. */
  get restoredAt(): number | null {
    const { sql, now } = this.#ports
    const until = readValue<number>(sql, 'SELECT restored_until FROM account')
    return until !== null && until > now() ? until - RESTORED_MS : null
  }

  /** Call inside a transaction. What the account holds open may have ended since: the sweep asks. */
  begin(until: number): void {
    const { sql, alarm, now } = this.#ports
    if (readValue(sql, 'SELECT restored_until FROM account') === until) return
    sql.exec('UPDATE account SET restored_until = ?', until)
    // Whether their start was confirmed is forgotten: "never started" would be a guess.
    this.#generations.setAllOpen()
    new DueTable<'sweep'>(sql, alarm).set('sweep', now())
  }

  /** Once a session, and only where it can be news. False when nobody could be asked. */
  async learn(): Promise<boolean> {
    const { sql, now, report, askRestoredUntil } = this.#ports
    if (this.#hasAsked) return true
    if (this.#generations.newestAt > now() - RECENT_MS) return true
    const id = readValue<string>(sql, 'SELECT id FROM account') ?? ''
    try {
      const until = await settleWithin(this.#ports, 'directory', ASK_MS, askRestoredUntil(id))
      if (until !== null && until > now()) sql.transaction(() => this.begin(until))
    } catch (error) {
      report({ what: 'object not reached', id: '', error })
      return false
    }
    this.#hasAsked = true
    return true
  }
}
