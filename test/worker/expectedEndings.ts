// How a generation must end for every fault in the simulator's table. The types keep it complete:
// a fault without a row, or a row without a fault, does not compile.

import type { Charge, FailureCode, Outcome } from '../../shared/video/failures.ts'
import type { downloadFaults } from '../relay/faults/downloads.ts'
import type { FaultId } from '../relay/faults/faults.ts'
import type { scenarioFaults } from '../relay/faults/scenarioFaults.ts'

export interface Ending {
  /** null: the video is there. */
  readonly code: FailureCode | null
  readonly charge: Charge
  readonly outcome: Outcome
  /** Paid POSTs when the relay would serve the second one. */
  readonly posts: 0 | 1 | 2
}

const kept: Ending = { code: null, charge: 'certain', outcome: 'known', posts: 1 }
/** Refused before any work, so sent again, and then it worked. */
const repeated: Ending = { ...kept, posts: 2 }
const refused = (code: FailureCode): Ending => ({
  code,
  charge: 'none',
  outcome: 'known',
  posts: 1,
})
/** Nobody knows: never sent again. */
const doubtful = (code: FailureCode): Ending => ({
  code,
  charge: 'possible',
  outcome: 'unknown',
  posts: 1,
})
/** The relay said how it ended, but not that it costs nothing. */
const admitted = (code: FailureCode): Ending => ({
  code,
  charge: 'possible',
  outcome: 'known',
  posts: 1,
})
const unfetched: Ending = { code: 'download_failed', charge: 'certain', outcome: 'known', posts: 1 }
/** A thrown fetch: workerd cannot tell a closed port from a reset after the whole POST. */
const unreached: Ending = { ...doubtful('outcome_unknown'), posts: 0 }

type AnswerFaultId = keyof typeof scenarioFaults
type DownloadFaultId = keyof typeof downloadFaults

export const connectionEndings = {
  'dns-fail': unreached,
  refused: unreached,
  'tls-fail': unreached,
  'rst-before-read': unreached,
} as const satisfies Record<Exclude<FaultId, AnswerFaultId | DownloadFaultId>, Ending>

export const answerEndings = {
  'rst-after-request': doubtful('outcome_unknown'),
  'fin-after-request': doubtful('outcome_unknown'),
  'no-headers': doubtful('timeout'),
  'garbage-status-line': doubtful('outcome_unknown'),
  'headers-too-large': doubtful('outcome_unknown'),
  '200-html': doubtful('upstream_error'),
  '200-json-error': admitted('upstream_error'),
  '200-json-completion': kept,
  '200-no-ctype': kept,
  '204': doubtful('empty_result'),

  'redirect-301': admitted('upstream_error'),
  'redirect-302': admitted('upstream_error'),
  'redirect-303': admitted('upstream_error'),
  'redirect-307': admitted('upstream_error'),
  'redirect-308': admitted('upstream_error'),
  '400': refused('content_policy'),
  '401': refused('auth'),
  '402': refused('quota'),
  '403': refused('auth'),
  '404': refused('no_channel'),
  '413': refused('invalid_request'),
  '422': refused('invalid_request'),
  '408': doubtful('gateway_timeout'),
  '409': doubtful('outcome_unknown'),
  '429-seconds': repeated,
  '429-date': repeated,
  '429-past-date': repeated,
  '429-negative': repeated,
  '429-nan': repeated,
  '429-huge': refused('rate_limited'),
  '429-ms': repeated,
  '500': doubtful('upstream_error'),
  '502': doubtful('outcome_unknown'),
  '503-retry-after': repeated,
  '503': doubtful('outcome_unknown'),
  '504': doubtful('gateway_timeout'),
  '520': doubtful('outcome_unknown'),
  '521': repeated,
  '522': doubtful('gateway_timeout'),
  '523': repeated,
  '524': doubtful('gateway_timeout'),
  '525': refused('upstream_unavailable'),
  '530-1016': repeated,

  'error-event-first': admitted('upstream_error'),
  'error-after-progress': admitted('upstream_error'),
  'cut-before-any-event': doubtful('truncated_stream'),
  'cut-at-progress': doubtful('truncated_stream'),
  'cut-after-url': kept,
  'clean-eof-no-done': doubtful('truncated_stream'),
  'eof-with-pending-event': kept,
  stall: doubtful('timeout'),
  'dup-done': kept,
  'data-after-done': kept,
  'two-links': kept,
  'no-link': admitted('not_a_video'),

  slowloris: doubtful('timeout'),
  infinite: doubtful('timeout'),
  flood: doubtful('truncated_stream'),
  'huge-line': doubtful('truncated_stream'),
  'bad-utf8': kept,
  'gzip-bomb': doubtful('truncated_stream'),
  'bad-gzip': doubtful('truncated_stream'),
} as const satisfies Record<AnswerFaultId, Ending>

export const downloadEndings = {
  'dl-404-then-200': kept,
  'dl-403-expired': unfetched,
  'dl-short': kept,
  'dl-short-no-length': kept,
  'dl-html': unfetched,
  'dl-too-big': unfetched,
  'dl-slow': kept,
  'dl-redirect-private': unfetched,
  'dl-redirect-cdn': kept,
  'dl-etag-change': kept,
} as const satisfies Record<DownloadFaultId, Ending>
