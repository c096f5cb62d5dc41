// Counts failed logins per address and minute, and says when enough is enough. Kept in the memory of
// one isolate on purpose: see docs/decisions/0006-failed-logins-in-memory.md for what that gives away and why.

import ipaddr from 'ipaddr.js'
import type { Now } from '../../shared/ports.ts'

const MINUTE_MS = 60_000
/** Addresses remembered; beyond that the oldest is let go. About 1 MB, and more than one host has. */
const REMEMBERED = 10_000

interface Window {
  readonly startedAt: number
  failures: number
}

export class AuthFailures {
  readonly #limit: number
  readonly #now: Now
  readonly #windows = new Map<string, Window>()

  /** `limit`: failures per minute and address; null counts nothing. */
  constructor(limit: number | null, now: Now) {
    this.#limit = limit ?? Infinity
    this.#now = now
  }

  /** How long this address has to wait, ms; 0 when it may try. */
  waitMs(address: string): number {
    const window = this.#find(address)
    if (window === undefined || window.failures < this.#limit) return 0
    return window.startedAt + MINUTE_MS - this.#now()
  }

  add(address: string): void {
    if (this.#limit === Infinity) return
    const window = this.#find(address)
    if (window !== undefined) {
      window.failures += 1
      return
    }
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined && this.#windows.size >= REMEMBERED) this.#windows.delete(oldest)
    this.#windows.set(toNetwork(address), { startedAt: this.#now(), failures: 1 })
  }

  #find(address: string): Window | undefined {
    // The rule is that nobody has failed, and then no address needs to be read.
    if (this.#windows.size === 0) return undefined
    const network = toNetwork(address)
    const window = this.#windows.get(network)
    if (window === undefined || window.startedAt + MINUTE_MS > this.#now()) return window
    this.#windows.delete(network)
    return undefined
  }
}

/** Who holds one IPv6 address holds its whole /64, and could fail with a new one every time. */
function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64)
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString()
}
