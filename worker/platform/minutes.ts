// Counts what costs nothing, per name and minute, in memory: no read of anybody writes a row. Whoever
// holds this forgets it when it is restarted, and each holder counts by itself: an account's object for
// the whole account, an isolate for what that isolate answers (docs/decisions/0021).

import type { Now } from '../../shared/ports.ts'

const MINUTE_MS = 60_000
/** Names remembered; beyond that the oldest is let go. */
const REMEMBERED = 10_000
/** An account may do as much as so many of its keys. */
const KEYS_PER_ACCOUNT = 5

/** What the RateLimit headers say. */
export interface Minute {
  readonly limit: number
  readonly remaining: number
  readonly resetMs: number
  /** Which limit; absent: `rpm`, the requests that can start a generation. */
  readonly policy?: 'requests' | 'writes'
}

interface Window {
  readonly startedAt: number
  used: number
}

/** One that begins later than now was begun by a clock that has been set back since. */
export function isThisMinute(startedAt: number, now: number): boolean {
  return startedAt <= now && now < startedAt + MINUTE_MS
}

export class Minutes {
  readonly #policy: NonNullable<Minute['policy']>
  readonly #limit: number
  readonly #now: Now
  readonly #windows = new Map<string, Window>()

  /** `limit`: per key and minute. */
  constructor(policy: NonNullable<Minute['policy']>, limit: number, now: Now) {
    this.#policy = policy
    this.#limit = limit
    this.#now = now
  }

  /** Counts one for the key and its account; the minute that is full when one is, and then none. */
  take(key: string, account: string): Minute | null {
    const ofKey = this.#find(key)
    const ofAccount = this.#find(account)
    const mostOfAccount = this.#limit * KEYS_PER_ACCOUNT
    if (ofKey.used >= this.#limit) return this.#toFull(ofKey, this.#limit)
    if (ofAccount.used >= mostOfAccount) return this.#toFull(ofAccount, mostOfAccount)
    ofKey.used += 1
    ofAccount.used += 1
    return null
  }

  #find(name: string): Window {
    const now = this.#now()
    const known = this.#windows.get(name)
    if (known !== undefined && isThisMinute(known.startedAt, now)) return known
    const fresh = { startedAt: now, used: 0 }
    // Entered anew, so that the oldest minute is the first.
    this.#windows.delete(name)
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined && this.#windows.size >= REMEMBERED) this.#windows.delete(oldest)
    this.#windows.set(name, fresh)
    return fresh
  }

  #toFull({ startedAt }: Window, limit: number): Minute {
    const resetMs = startedAt + MINUTE_MS - this.#now()
    return { limit, remaining: 0, resetMs, policy: this.#policy }
  }
}
