// Looks, whenever an object is used, whether what it has to do still has an alarm: one that the platform
// lost is found by the next reader. Costs a look at the alarm slot, at most twice a minute.

import type { Alarm, Now } from '../../shared/ports.ts'

const EVERY_MS = 30_000
/** An alarm that is later than two heartbeats does not come any more. */
const LOST_MS = 60_000

interface WatchPorts {
  readonly alarm: Pick<Alarm, 'get'>
  readonly now: Now
  readonly defer: (work: Promise<void>) => void
}

export class AlarmWatch {
  readonly #ports: WatchPorts
  readonly #hasPlans: () => boolean
  readonly #ring: () => void
  #lookedAt = -Infinity

  /** `hasPlans`: is anything due, now or later? `ring`: does what is due, and sets the alarm. */
  constructor(ports: WatchPorts, hasPlans: () => boolean, ring: () => void) {
    this.#ports = ports
    this.#hasPlans = hasPlans
    this.#ring = ring
  }

  look(): void {
    const { now, defer } = this.#ports
    const since = now() - this.#lookedAt
    // Less than nothing: the clock was set back.
    if ((since >= 0 && since < EVERY_MS) || !this.#hasPlans()) return
    this.#lookedAt = now()
    defer(this.#look())
  }

  /** Is something planned for which nothing would ring? */
  async isLost(): Promise<boolean> {
    const { alarm, now } = this.#ports
    const at = await alarm.get()
    return this.#hasPlans() && (at === null || at < now() - LOST_MS)
  }

  async #look(): Promise<void> {
    if (await this.isLost()) this.#ring()
  }
}
