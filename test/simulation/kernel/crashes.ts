// Decides at every place where a life could end whether it does: at numbered places, or by chance.

import type { Chance } from './chance.ts'

export interface CrashPlan {
  readonly places: ReadonlySet<number>
  readonly probability: number
  /** Crashes by chance end after so many, so that a world can come to rest. */
  readonly budget: number
}

export class Crashes {
  /** Places passed so far. */
  places = 0
  /** Lives that ended at them. */
  count = 0
  readonly #plan: CrashPlan
  readonly #chance: Chance

  constructor(plan: CrashPlan, chance: Chance) {
    this.#plan = plan
    this.#chance = chance
  }

  /** Passes the next place: is this the end? */
  pass(): boolean {
    const { places, probability, budget } = this.#plan
    const isEnd =
      places.has(this.places++) || (this.count < budget && this.#chance.happens(probability))
    if (isEnd) this.count++
    return isEnd
  }
}
