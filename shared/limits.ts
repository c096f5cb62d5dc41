// Time limits on one piece of work: the first one that passes aborts its signal and says which it
// was. One timer for all of them, however often news sets them back: it sleeps until the nearest,
// then looks again.

import type { Now, Sleep } from './ports.ts'

export interface Clock {
  readonly now: Now
  readonly sleep: Sleep
}

/** The reason a signal is aborted with when a limit passes. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached'
  readonly limit: string
  readonly ms: number

  constructor(limit: string, ms: number) {
    super(`The ${limit} limit of ${Math.round(ms / 1000)} s passed.`)
    this.limit = limit
    this.ms = ms
  }
}

/** No host's timer takes more; a longer one would fire at once. */
const LONGEST_SLEEP_MS = 2_147_483_647

interface End {
  at: number
}

/** The clock was set by `ms`: what counts goes on counting, and nothing passes early or late for it. */
function shift(ends: Iterable<End>, ms: number): void {
  for (const end of ends) end.at += ms
}

/** Limits by name, in ms; none counts before it is started. Whoever makes them must end them. */
export class Limits<Name extends string> {
  readonly #clock: Clock
  readonly #lengths: Readonly<Record<Name, number>>
  readonly #caller: AbortSignal | undefined
  readonly #controller = new AbortController()
  /** When each limit that counts now passes, by the clock as it was when the limit was started. */
  readonly #ends = new Map<Name, End>()
  #timer = new AbortController()
  #wakesAt = Infinity
  /** The latest time that was read. */
  #seen = -Infinity

  /** Aborting `caller` aborts the work, too, with its own reason. */
  constructor(clock: Clock, lengths: Readonly<Record<Name, number>>, caller?: AbortSignal) {
    this.#clock = clock
    this.#lengths = lengths
    this.#caller = caller
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true })
    if (caller?.aborted === true) this.#onCallerAbort()
  }

  /** For the work: aborted by a limit, by the caller, and at the end. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Counts these limits from now on, also those that counted before. */
  start(...names: readonly Name[]): void {
    if (this.signal.aborted) return
    const now = this.#clock.now()
    if (now < this.#seen) {
      shift(this.#ends.values(), now - this.#seen)
      this.#wakesAt = Infinity
    }
    this.#seen = now
    for (const name of names) this.#ends.set(name, { at: now + this.#lengths[name] })
    if (this.#nearest().at < this.#wakesAt) void this.#watch(now)
  }

  stop(name: Name): void {
    this.#ends.delete(name)
  }

  /**
   * Settles with `work`, or rejects as soon as the signal is aborted: a dead socket must not hold
   * the object. Leaves nothing behind on the signal, which would keep every chunk of a body alive.
   */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason)
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort, { once: true })
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  /** Calls the timer off and closes what still listens to the signal. */
  end(): void {
    this.#abort(new Error('ended'))
  }

  readonly #onCallerAbort = (): void => this.#abort(this.#caller?.reason)

  #abort(reason: unknown): void {
    this.#caller?.removeEventListener('abort', this.#onCallerAbort)
    this.#timer.abort(reason)
    this.#controller.abort(reason)
  }

  async #watch(startedAt: number): Promise<void> {
    this.#timer.abort()
    const timer = new AbortController()
    this.#timer = timer
    let now = startedAt
    try {
      for (;;) {
        const { name, at } = this.#nearest()
        this.#wakesAt = at
        if (name === null || at === Infinity) return
        if (at <= now) return this.#abort(new LimitReached(name, this.#lengths[name]))
        const until = Math.min(at, now + LONGEST_SLEEP_MS)
        const counting = [...this.#ends.values()]
        await this.#clock.sleep(until - now, timer.signal)
        now = this.#clock.now()
        // A timer that rang is believed. What was started while it slept may know the new clock.
        shift(counting, now - until)
        this.#seen = now
      }
    } catch (error) {
      // A sleep that was called off is the normal way out; without a clock nothing may go on.
      if (!timer.signal.aborted) this.#abort(error)
    }
  }

  /** Of two that pass together, the one that was started first. */
  #nearest(): { readonly name: Name | null; readonly at: number } {
    let nearest: { name: Name | null; at: number } = { name: null, at: Infinity }
    for (const [name, { at }] of this.#ends) if (at < nearest.at) nearest = { name, at }
    return nearest
  }
}

/** Settles with `work`, or rejects with `LimitReached` after `ms`; what it still does is not heard. */
export async function settleWithin<T>(
  clock: Clock,
  limit: string,
  ms: number,
  work: Promise<T>,
): Promise<T> {
  const limits = new Limits(clock, { [limit]: ms })
  limits.start(limit)
  try {
    return await limits.race(work)
  } finally {
    limits.end()
  }
}

/** Gives `work` a signal that is aborted after `ms`. The work decides how it ends. */
export async function runWithin<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  caller?: AbortSignal,
): Promise<T> {
  const limits = new Limits(clock, { total: ms }, caller)
  limits.start('total')
  try {
    return await work(limits.signal)
  } finally {
    limits.end()
  }
}
