// Counts failed logins per address and minute, and says when enough is enough. Kept in the memory of
// one isolate on purpose: see docs/decisions/0006-failed-logins-in-memory.md for what that gives away and why.

import ipaddr from 'ipaddr.js'
import type { Now } from '../../shared/ports.ts'

const MINUTE_MS = 60_000
/** How long whoever logged in well from an address is heard there whatever others fail. */
const TRUST_MS = 10 * 60_000
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
  /** Until when a credential counts as good at an address. */
  readonly #good = new Map<string, number>()

  /** `limit`: failures per minute and address; null counts nothing. */
  constructor(limit: number | null, now: Now) {
    this.#limit = limit ?? Infinity
    this.#now = now
  }

  /**
   * How long this address has to wait, ms; 0 when it may try. A credential that was good there a moment
   * ago may always: strangers behind the same address do not shut it out.
   */
  waitMs(address: string, credential?: string): number {
    const window = this.#find(address)
    if (window === undefined || window.failures < this.#limit) return 0
    if (credential !== undefined && this.#isGood(address, credential)) return 0
    return window.startedAt + MINUTE_MS - this.#now()
  }

  addGood(address: string, credential: string): void {
    if (this.#limit === Infinity) return
    const name = toName(address, credential)
    this.#good.delete(name)
    const [oldest] = this.#good.keys()
    if (oldest !== undefined && this.#good.size >= REMEMBERED) this.#good.delete(oldest)
    this.#good.set(name, this.#now() + TRUST_MS)
  }

  #isGood(address: string, credential: string): boolean {
    return (this.#good.get(toName(address, credential)) ?? 0) > this.#now()
  }

  add(address: string, credential: string): void {
    if (this.#limit === Infinity) return
    this.#good.delete(toName(address, credential))
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

function toName(address: string, credential: string): string {
  return `${toNetwork(address)} ${credential}`
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
