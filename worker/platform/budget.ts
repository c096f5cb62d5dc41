// The memory that one isolate has for bytes on their way, shared by all its objects and requests:
// whoever is about to hold some takes a share first, in the order of asking. An object may be reset at
// any moment and nothing tells, so whoever has a share or waits for one is forgotten when it is not
// heard of for long.

import type { Clock } from '../../shared/limits.ts'

/** A quarter of an isolate's 128 MB. */
const ISOLATE_BYTES = 32 * 1024 * 1024

/** Longer than any single wait of a download or a store. */
const SILENT_MS = 3 * 60_000

/** Whoever waits is heard of this often, and looks for itself, should nobody wake it. */
const LOOK_MS = 5_000
/** Late by more than two looks: it is not there any more. */
const SILENT_WAITING_MS = 3 * LOOK_MS

/** What one holder may hold until it ends it. */
export interface Share {
  /** Still alive: call it with every piece that passes. */
  renew(): void
  /** Gives back all but `bytes`. */
  shrinkTo(bytes: number): void
  /** Idempotent. */
  end(): void
}

export interface TakeOptions {
  readonly signal?: AbortSignal
  /** How long its holder may be silent before it counts as gone. */
  readonly silentMs?: number
  /** Whose shares together may be at most half of it, unless one alone is more. */
  readonly owner?: string
}

interface Entry {
  readonly silentMs: number
  readonly owner: string | null
  bytes: number
  heardAt: number
  isTaken: boolean
  readonly wake: () => void
}

export class Budget {
  readonly #bytes: number
  /** In the order of asking: those that have a share, and those that wait. */
  readonly #line = new Set<Entry>()

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  /** Waits until there is room; rejects with the signal's reason when it is aborted first. */
  async take(
    bytes: number,
    clock: Clock,
    { signal, silentMs = SILENT_MS, owner }: TakeOptions = {},
  ): Promise<Share> {
    const { now } = clock
    let wake = () => {}
    const woken = new Promise<void>((resolve) => (wake = resolve))
    // More than there is at all gets all of it, alone.
    const most = Math.min(bytes, this.#bytes)
    const entry: Entry = {
      silentMs,
      owner: owner ?? null,
      bytes: most,
      heardAt: now(),
      isTaken: false,
      wake,
    }
    try {
      for (;;) {
        entry.heardAt = now()
        // Again, should it have been taken for one that is gone.
        this.#line.add(entry)
        this.#grant(now())
        if (entry.isTaken) break
        await pause(woken, clock, signal)
      }
    } catch (error) {
      this.#line.delete(entry)
      this.#grant(now())
      throw error
    }
    entry.heardAt = now()
    return {
      renew: () => void (entry.heardAt = now()),
      shrinkTo: (less) => {
        entry.bytes = Math.min(entry.bytes, less)
        this.#grant(now())
      },
      end: () => {
        if (this.#line.delete(entry)) this.#grant(now())
      },
    }
  }

  /** To the first in the line, as long as there is room; one whose owner has enough is passed by. */
  #grant(now: number): void {
    let left = this.#bytes
    const owned = new Map<string | null, number>()
    const hold = ({ owner, bytes }: Entry) => {
      left -= bytes
      if (owner !== null) owned.set(owner, (owned.get(owner) ?? 0) + bytes)
    }
    for (const entry of this.#line) {
      const silentMs = entry.isTaken ? entry.silentMs : SILENT_WAITING_MS
      if (now - entry.heardAt > silentMs) this.#line.delete(entry)
      else if (entry.isTaken) hold(entry)
    }
    for (const entry of this.#line) {
      const own = owned.get(entry.owner) ?? 0
      if (entry.isTaken || (own > 0 && own + entry.bytes > this.#bytes / 2)) continue
      if (entry.bytes > left) return
      entry.isTaken = true
      hold(entry)
      entry.wake()
    }
  }
}

/** Until woken, at most for one look. */
async function pause(woken: Promise<void>, clock: Clock, signal?: AbortSignal): Promise<void> {
  const timer = new AbortController()
  const stop = () => timer.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted === true) stop()
  try {
    await Promise.race([woken, clock.sleep(LOOK_MS, timer.signal)])
  } finally {
    signal?.removeEventListener('abort', stop)
    timer.abort()
  }
}

/** Of this isolate. A module lives as long as it does. */
export const isolateBudget = new Budget(ISOLATE_BYTES)
