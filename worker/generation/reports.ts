// What one generation tells the operator while it is at work: a line per attempt, retry, recovery,
// look-up and failed archiving. Its end is told by its account, which books it.

import type { Look } from '../../shared/relay/relay.ts'
import type { Failure } from '../../shared/video/failures.ts'
import type { AttemptReport } from '../report/report.ts'
import type { GenerationPorts } from './ports.ts'
import { defaultRelayId } from '../settings/relays.ts'
import type { State } from './state.ts'

export class Reports {
  readonly #ports: Pick<GenerationPorts, 'report'>
  readonly #state: State

  constructor(ports: Pick<GenerationPorts, 'report'>, state: State) {
    this.#ports = ports
    this.#state = state
  }

  /** `failure` null: it brought a link, or the log ended while it ran. */
  attempt(
    attempt: number,
    answer: Pick<AttemptReport, 'status' | 'frames' | 'ms'>,
    failure: Failure | null,
  ): void {
    const { video } = this.#state
    const { code, charge, outcome } = failure ?? {
      code: video.error?.code ?? null,
      charge: video.error === null ? 'certain' : video.charge,
      outcome: video.outcome ?? 'known',
    }
    const { status, frames, ms } = answer
    const result = { code, status, ms, frames, charge, outcome } as const
    this.#ports.report({
      what: 'attempt ended',
      ...this.#video,
      attempt,
      ...this.#relay,
      ...result,
    })
  }

  retry(attempt: number, { code }: Failure, waitMs: number): void {
    const plan = { attempt, ...this.#relay, code, waitMs }
    this.#ports.report({ what: 'retry planned', ...this.#video, ...plan })
  }

  recovery(attempt: number, hasLink: boolean): void {
    const found = { attempt, ...this.#relay, hasLink }
    this.#ports.report({ what: 'attempt recovered', ...this.#video, ...found })
  }

  /** `state` undefined: there was no page, or nothing that can be read. */
  lookUp(state: 'running' | 'completed' | 'failed' | undefined): void {
    const found = { ...this.#relay, state: state ?? ('unknown' as const) }
    this.#ports.report({ what: 'looked up', ...this.#video, ...found })
  }

  look(relay: string, state: Look['is']): void {
    this.#ports.report({ what: 'job looked at', ...this.#video, relay, state })
  }

  /** `no answer`: it is asked again. */
  cancel(relay: string, state: Look['is'] | 'no answer'): void {
    this.#ports.report({ what: 'job cancelled', ...this.#video, relay, state })
  }

  archive(code: Failure['code'], tries: number, waitMs: number | null): void {
    this.#ports.report({ what: 'archive failed', ...this.#video, code, tries, waitMs })
  }

  stepFailed(error: unknown): void {
    this.#ports.report({ what: 'step failed', ...this.#video, error })
  }

  get #video() {
    const { log, row } = this.#state
    const identity = log === null ? undefined : row.owner?.identity
    return { id: identity?.id ?? '', request: identity?.requestId ?? null }
  }

  get #relay() {
    return { relay: this.#state.row.lastAttempt?.relay ?? defaultRelayId }
  }
}
