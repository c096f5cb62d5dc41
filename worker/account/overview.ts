// How one account does, for the operator's overview: what runs, its money, and how its latest
// generations of a time ended at which relay. Bounded, however busy the account is.

import type { FailureCode } from '../../shared/video/failures.ts'
import { readValue, Table } from '../platform/table.ts'
import { toDay } from './ledger.ts'
import type { AccountParts } from './parts.ts'

/** The latest that ended: of more, the older ones are not looked at. */
export const MOST_ENDS = 500
/** Rows looked through for them: what was deleted or has not ended is among these. */
const MOST_ROWS = 2_000

export interface RelayEnd {
  /** The configured id of the relay that was asked last. */
  readonly relay: string
  /** null: it completed. */
  readonly code: FailureCode | null
  readonly runningMs: number | null
}

/** Money in millionths of a US dollar. */
export interface AccountOverview {
  readonly running: number
  readonly held: number
  readonly inDoubt: number
  /** Of what was admitted on this UTC day. */
  readonly spentToday: number
  /** Relays that it does not ask now. */
  readonly suspended: readonly string[]
  /** Since the time asked for, the newest first. */
  readonly ends: readonly RelayEnd[]
}

export function overview(parts: AccountParts, since: number): AccountOverview {
  const { sql, now } = parts.ports
  const ends = new Table<RelayEnd>(sql, 'generation', 'relay, code, running_ms AS runningMs', {})
  const spent = 'SELECT sum(spent) FROM usage WHERE day = ?'
  return {
    running: parts.generations.running.count,
    held: readValue<number>(sql, 'SELECT sum(held) FROM api_key') ?? 0,
    inDoubt: parts.generations.heldInDoubt,
    spentToday: readValue<number>(sql, spent, toDay(now())) ?? 0,
    suspended: parts.breaker.suspended(now()),
    ends: ends.many(
      `WHERE number > (SELECT max(number) FROM generation) - ? AND ended_at >= ? AND relay IS NOT NULL
         ORDER BY number DESC LIMIT ?`,
      MOST_ROWS,
      since,
      MOST_ENDS,
    ),
  }
}
