// Takes one step after the other until nothing can be done now; one at a time, however often it is
// asked to. After a step that threw, the rows still say what to do, and the alarm repeats it.

import { toErrorBackoffMs } from './backoff.ts'
import { withDeadlines } from './deadlines.ts'
import type { GenerationPorts } from './ports.ts'
import { Reports } from './reports.ts'
import type { State } from './state.ts'
import { toNextStep } from './step.ts'
import { Steps } from './steps.ts'

export class Work {
  readonly #ports: GenerationPorts
  readonly #state: State
  readonly #steps: Steps
  readonly #reports: Reports
  #working: Promise<void> | null = null
  #cancel = new AbortController()
  /** Steps that threw, one after the other. */
  #errors = 0

  constructor(ports: GenerationPorts, state: State) {
    this.#ports = ports
    this.#state = state
    this.#steps = new Steps(withDeadlines(ports), state)
    this.#reports = new Reports(ports, state)
  }

  /** Returns at once; the object stays busy until nothing can be done now. */
  goOn(): void {
    if (this.#working !== null) return
    this.#working = this.#run().finally(() => {
      this.#working = null
    })
    this.#ports.defer(this.#working)
  }

  /** Breaks off what is under way; later steps are not concerned. */
  cancel(): void {
    this.#cancel.abort(new Error('cancelled'))
    this.#cancel = new AbortController()
  }

  /** Resolves when nothing can be done now. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working
  }

  async #run(): Promise<void> {
    const { now, limits } = this.#ports
    const state = this.#state
    try {
      for (;;) {
        const step = toNextStep(state, now(), limits)
        if (step.do === 'nothing') return state.log === null ? undefined : state.due.clear('work')
        if (step.do === 'wait') return state.due.set('work', step.until)
        const taken = await this.#steps.take(step, this.#cancel.signal)
        this.#errors = 0
        if (taken === 'rest') return
      }
    } catch (error) {
      this.#reports.stepFailed(error)
      if (state.log !== null) state.due.set('work', now() + this.#countError())
    }
  }

  /** How long to wait after it: an account that is down must not meet a crowd when it comes back. */
  #countError(): number {
    const { now, random } = this.#ports
    const { row, video } = this.#state
    const age = video.endedAt === null || row.flags.settled ? 0 : now() - video.endedAt
    return toErrorBackoffMs(++this.#errors, age, random)
  }
}
