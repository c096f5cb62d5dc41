// When a key was last used, to the day, and from which network: written once a day for each pair of the
// two, so that a busy key costs no write. The day's pairs are remembered as long as the object lives.

import type { Now } from '../../shared/ports.ts'
import type { Keys } from './keys.ts'

const DAY_MS = 24 * 60 * 60_000
/** Whoever calls from more networks a day is known well enough. */
const MOST_PAIRS = 1_000

export class KeyUses {
  readonly #keys: Keys
  readonly #now: Now
  #day = 0
  #pairs = new Set<string>()

  constructor(keys: Keys, now: Now) {
    this.#keys = keys
    this.#now = now
  }

  /** `network` null: used by a schedule, or from nobody knows where. */
  note(keyId: string, network: string | null): void {
    const day = Math.floor(this.#now() / DAY_MS) * DAY_MS
    if (day !== this.#day) this.#pairs = new Set()
    this.#day = day
    const pair = `${keyId} ${network}`
    if (this.#pairs.has(pair) || this.#pairs.size >= MOST_PAIRS) return
    this.#pairs.add(pair)
    const key = this.#keys.get(keyId)
    if (key === null) return
    const isNews = key.lastUsedAt !== day || (network !== null && network !== key.lastNetwork)
    if (isNews) this.#keys.setUsed(keyId, day, network ?? key.lastNetwork)
  }
}
