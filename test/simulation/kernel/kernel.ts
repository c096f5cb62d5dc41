// The scheduler of a simulated world: one event at a time, then everything it set in motion, then the
// question what of it survives. Every effect is a place where a life can end, before and after it.

import type { Sleep } from '../../../shared/ports.ts'
import type { Chance } from './chance.ts'
import type { CrashPlan } from './crashes.ts'
import { Crashes } from './crashes.ts'
import type { Life } from './life.ts'
import type { Ticket } from './timeline.ts'
import { hasPendingCrypto } from './pendingCrypto.ts'
import { Timeline } from './timeline.ts'

/** An error that belongs to the simulated world, told apart from a mistake in the code under test. */
export class WorldError extends Error {
  constructor(what: string) {
    super(`world: ${what}`)
  }
}

/** A world that takes more does not come to rest. Ordinary ones take some hundreds. */
const MOST_STEPS = 20_000

/** Long enough for a generation to end and to be deleted meanwhile. */
const VERY_LATE_MS = 45_000

export interface Violation {
  readonly invariant: string
  readonly detail: string
}

export interface KernelOptions {
  readonly chance: Chance
  readonly crashes: CrashPlan
  /** Longest time an ordinary message takes, ms. */
  readonly latencyMs: number
  /** Share of messages that take up to half a minute. */
  readonly lateShare: number
  /** Numbers of messages that take very long, besides. */
  readonly lateMessages: ReadonlySet<number>
  /** Share of writes that take a while to become durable. */
  readonly slowDiskShare: number
  readonly isTracing: boolean
}

/** What can hold writes that are not durable yet. */
export interface Writer {
  readonly life: Life | null
  readonly units: number
  /** Units so far, durable or not. */
  readonly written: number
  /** The platform resets it for a write that it did not take. */
  readonly isDoomed: boolean
  /** Makes the first `written` units durable. */
  commit(written?: number): void
  crash(kept: number): void
}

export class Kernel {
  readonly timeline: Timeline
  readonly chance: Chance
  readonly trace: string[] = []
  violation: Violation | null = null
  readonly crashes: Crashes
  steps = 0
  /** Messages sent so far, each of which could have been late. */
  messages = 0
  readonly #options: KernelOptions
  readonly #dirty = new Set<Writer>()
  readonly #slow = new Set<Writer>()
  readonly #writers = new Map<Life, Writer>()

  constructor(options: KernelOptions) {
    this.#options = options
    this.chance = options.chance.fork('kernel')
    this.crashes = new Crashes(options.crashes, options.chance.fork('crashes'))
    this.timeline = new Timeline(options.chance.fork('order'))
  }

  get now(): number {
    return this.timeline.now
  }

  say(who: string, what: string): void {
    if (this.#options.isTracing) this.trace.push(`${this.now} ${who}: ${what}`)
  }

  /** The world is wrong from here on; it stops after this step. */
  breach(invariant: string, detail: string): void {
    if (this.violation !== null) return
    this.violation = { invariant, detail }
    this.say('BREACH', `${invariant}: ${detail}`)
  }

  /** Lets everything happen up to `until`. `onStep` looks at the world after each event. */
  async run(until: number, onStep: () => void): Promise<void> {
    while (this.violation === null) {
      const event = this.timeline.next(until)
      if (event === null) {
        this.timeline.now = until
        return
      }
      if (++this.steps > MOST_STEPS) this.breach('bounded time', `more than ${MOST_STEPS} steps`)
      event()
      await settle()
      while (this.#dirty.size > 0) {
        this.#makeDurable()
        await settle()
      }
      onStep()
    }
  }

  /** Messages take a while; now and then one takes much longer. */
  latency(): number {
    const { latencyMs, lateShare, lateMessages } = this.#options
    if (lateMessages.has(this.messages++)) return VERY_LATE_MS
    return this.chance.happens(lateShare) ? this.chance.below(30_000) : this.chance.below(latencyMs)
  }

  /** Something that `life` does to the world: it leaves through the gate, happens, is answered. */
  effect<T>(life: Life, what: string, perform: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      life.send(() => {
        this.timeline.add(this.latency(), null, () => {
          // What had left when its sender died may still arrive, or may not.
          if (!life.alive && this.chance.happens(0.5)) return
          if (life.alive && this.endsHere(life, `before ${what}`)) return
          this.say(life.name, what)
          let answer: () => void
          try {
            const result = perform()
            answer = () => resolve(result)
          } catch (error) {
            if (!(error instanceof WorldError)) throw error
            answer = () => reject(error)
          }
          if (life.alive && !this.endsHere(life, `after ${what}`)) this.#answer(life, answer)
        })
      })
    })
  }

  /** Something that comes to `life` by itself after `delayMs`; calling it off rejects. */
  arrival<T>(
    life: Life,
    what: string,
    delayMs: number,
    signal: AbortSignal | undefined,
    produce: () => T,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const ticket = this.timeline.add(delayMs, life, () => {
        if (this.endsHere(life, `before ${what}`)) return
        this.say(life.name, what)
        try {
          resolve(produce())
        } catch (error) {
          reject(error)
        }
      })
      callOff(signal, ticket, reject)
    })
  }

  sleepOf(life: Life): Sleep {
    return (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        callOff(signal as AbortSignal | undefined, this.timeline.add(ms, life, resolve), reject)
      })
  }

  /** Is this where `life` ends? If so, it has ended. */
  endsHere(life: Life, where: string): boolean {
    if (!this.crashes.pass()) return false
    this.say(life.name, `dies ${where}`)
    this.endLife(life)
    return true
  }

  endLife(life: Life): void {
    const writer = this.#writers.get(life)
    if (writer === undefined) life.end(0)
    else writer.crash(this.chance.below(writer.units + 1))
  }

  /** Tells who holds the writes of a life. */
  addWriter(life: Life, writer: Writer): void {
    this.#writers.set(life, writer)
    life.onEnd(() => this.#writers.delete(life))
  }

  markDirty(writer: Writer): void {
    this.#dirty.add(writer)
  }

  #makeDurable(): void {
    const writers = [...this.#dirty]
    this.#dirty.clear()
    for (const writer of writers) {
      if (this.#diesInWriting(writer) || this.#slow.has(writer)) continue
      if (this.chance.happens(this.#options.slowDiskShare)) {
        this.#slow.add(writer)
        // What is written meanwhile follows by itself.
        const { written } = writer
        this.timeline.add(this.chance.below(3_000), null, () => {
          this.#slow.delete(writer)
          writer.commit(written)
          if (writer.units > 0) this.markDirty(writer)
        })
      } else writer.commit()
    }
  }

  /** Each number of units may be what is left of a turn: none of them, some, all but the last. */
  #diesInWriting(writer: Writer): boolean {
    if (writer.isDoomed) {
      this.say(writer.life?.name ?? '', 'is reset: its alarm was not taken')
      writer.crash(0)
      return true
    }
    for (let kept = 0; kept < writer.units; kept++) {
      if (!this.crashes.pass()) continue
      this.say(writer.life?.name ?? '', `dies with ${kept} of ${writer.units} writes durable`)
      writer.crash(kept)
      return true
    }
    return false
  }

  #answer(life: Life, answer: () => void): void {
    if (this.chance.happens(0.7)) answer()
    else this.timeline.add(this.latency(), life, answer)
  }
}

/** Every promise that can go on without an event has gone on. */
async function settle(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve))
  while (hasPendingCrypto())
}

function callOff(
  signal: AbortSignal | undefined,
  ticket: Ticket,
  reject: (reason: unknown) => void,
): void {
  signal?.addEventListener(
    'abort',
    () => {
      ticket.cancel()
      reject(signal.reason)
    },
    { once: true },
  )
}
