// An account's side of the index: what that has to say is learned before anything is done here, and what
// was done is told after it. An account that has had its schedules once goes on without the index.

import { settleWithin } from '../../shared/limits.ts'
import type { Now, Sleep } from '../../shared/ports.ts'
import type { Report } from '../report/report.ts'
import type { Difference, IndexPort } from './exchange.ts'
import type { Untold } from './untold.ts'

const LEARN_MS = 10_000
/** A thousand schedules of 1 MiB, which 0.1 took, are 125 of them. */
const MOST_PARTS = 200

interface IndexedPorts {
  readonly now: Now
  readonly sleep: Sleep
  readonly index: IndexPort
  readonly report: (line: Report) => void
}

export class Indexed {
  readonly #ports: IndexedPorts
  readonly #untold: Untold
  #hasLearned = false
  /** What the index was told last; undefined: it is not known. */
  #toldNext: number | null | undefined

  constructor(ports: IndexedPorts, untold: Untold) {
    this.#ports = ports
    this.#untold = untold
  }

  /** There may be news. */
  forget(): void {
    this.#hasLearned = false
    this.#toldNext = undefined
  }

  /**
   * What 0.1 left or changed, before or after this release. `take` says when something is to be done
   * with it.
   * @throws when the index does not answer and nothing is known here (`isKnown`)
   */
  async learn(
    account: string,
    isKnown: boolean,
    take: (difference: Difference) => number | null,
  ): Promise<void> {
    if (this.#hasLearned) return
    const { index, report } = this.#ports
    try {
      for (let parts = 0; parts < MOST_PARTS; parts++) {
        const ask = index.differing(account)
        const difference = await settleWithin(this.#ports, 'learn', LEARN_MS, ask)
        if (difference.schedules.length + difference.gone.length === 0) break
        await this.#untold.tell(account, take(difference))
      }
    } catch (error) {
      if (!isKnown) throw error
      report({ what: 'object not reached', id: account, error })
    }
    this.#hasLearned = true
  }

  /** False when it was not heard. */
  async tell(account: string, nextAt: number | null): Promise<boolean> {
    if (this.#untold.isEmpty && this.#toldNext === nextAt) return true
    try {
      await this.#untold.tell(account, nextAt)
      this.#toldNext = nextAt
      return true
    } catch (error) {
      this.#ports.report({ what: 'object not reached', id: account, error })
      return false
    }
  }
}
