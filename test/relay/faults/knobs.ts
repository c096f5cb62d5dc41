// What a test may turn on a fault. Each fault has a default for every knob it uses; the defaults are
// those of the fault catalogue (minutes, megabytes), tests turn them down.

import type { DialectId } from '../dialects/dialects.ts'
import { speakDialect, type Scenario } from '../scenario.ts'
import { reset, wait, type Script } from '../script.ts'

export interface FaultKnobs {
  /** The dialect of the stream in which it happens; default D1. */
  readonly dialect?: DialectId
  /** How much is sent, in bytes: flood, huge-line, gzip-bomb, dl-too-big. */
  readonly bytes?: number
  /** Milliseconds between two writes: slowloris, infinite, dl-slow. */
  readonly everyMs?: number
  /** How many requests for a file fail before it is served: dl-404-then-200 (default 2), dl-short
   * and the other download faults (default all). */
  readonly times?: number
  /** Where redirects point; default another origin that reaches the simulator too. */
  readonly location?: string
  /** Value of Retry-After where the fault has one. */
  readonly retryAfter?: string
}

export type AnswerFault = (knobs: FaultKnobs) => Scenario

/** A reset, 20 ms later: what was sent before must arrive, and a reset may overtake it. */
export const cut: Script = [wait(20), reset]

/** The generation that would have succeeded without the fault. */
export const succeed = ({ dialect = 'D1' }: FaultKnobs): Scenario => speakDialect(dialect)

/** Another origin that reaches this simulator too, so that a followed redirect is counted. */
export function otherOrigin(url: URL): string {
  return url.hostname === '127.0.0.1' ? `http://localhost:${url.port}` : 'https://elsewhere.example'
}
