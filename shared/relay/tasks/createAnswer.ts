// The answer to the one POST of a job, read whole: the job's id, or a refusal, or, where a relay makes
// its callers wait, the video itself. An answer without a usable id is one that was lost.

import type { Failure } from '../../video/failures.ts'
import { isJsonObject, tryParseJson } from '../../wire/json.ts'
import { readRetryAfterMs } from '../../wire/retryAfter.ts'
import { addFault, emptyFault } from '../chat/fault.ts'
import { explain, toHttpFailure } from '../errors.ts'
import { toSafeMessage } from '../message.ts'
import {
  noEvidence,
  type Ending,
  type ReadOptions,
  type RelayAnswer,
  type RelayHead,
  type Verdict,
} from '../relay.ts'
import { readTaskDocument, type TaskDocument } from './document.ts'
import { toOutcome } from './outcome.ts'
import { toTaskState } from './states.ts'

/** Far more than any answer of this sort, bytes. */
const LONGEST = 1024 * 1024
const TAIL = 500

/** `contentOf`: where a job's video itself is; null where there is no such place. */
export function readCreateAnswer(
  head: RelayHead,
  options: ReadOptions,
  contentOf: (id: string) => string | null,
): RelayAnswer {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  return {
    get done() {
      return length > LONGEST
    },
    get frames() {
      return 0
    },
    feed(bytes) {
      length += bytes.length
      text += decoder.decode(bytes, { stream: true })
      return []
    },
    end: (how) => ({ facts: [], verdict: toVerdict(head, text, how, options, contentOf) }),
  }
}

function toVerdict(
  head: RelayHead,
  text: string,
  how: Ending,
  options: ReadOptions,
  contentOf: (id: string) => string | null,
): Verdict {
  const value = tryParseJson(text)
  const document = isJsonObject(value) ? value : null
  const evidence = { ...noEvidence, tail: text.slice(-TAIL) }
  const fail = (failure: Failure): Verdict => ({ is: 'failure', failure, evidence })
  if (head.status < 200 || head.status > 299) {
    return fail(
      toHttpFailure({
        status: head.status,
        said: document === null ? null : addFault(emptyFault(), document),
        words: document === null ? text.slice(0, TAIL) : '',
        retryAfterMs: readRetryAfterMs((name) => head.header(name), head.now),
        redact: options.redact ?? [],
      }),
    )
  }
  if (document === null) return fail(how === 'end' ? unreadable : lost)
  const read = readTaskDocument(document)
  if (read.id === null) return withoutId(read, options, fail, evidence)
  const outcome = toOutcome(read, options, contentOf(read.id))
  // A failure of a job that has an id may be an old word for a retry: only a failed state is believed.
  if (outcome.is === 'failed' && read.status !== null && toTaskState(read.status) !== 'running') {
    return fail(outcome.failure)
  }
  const withTask = { ...evidence, taskId: read.id }
  if (outcome.is === 'video') return { ...outcome, evidence: withTask }
  const task = { id: read.id, poll: toPollPath(read.pollUrl, options) }
  const everyMs = readRetryAfterMs((name) => head.header(name), head.now)
  return { is: 'task', task, everyMs, evidence: withTask }
}

function withoutId(
  read: TaskDocument,
  options: ReadOptions,
  fail: (failure: Failure) => Verdict,
  evidence: Verdict['evidence'],
): Verdict {
  const outcome = toOutcome(read, options, null)
  if (outcome.is === 'video') return { ...outcome, evidence }
  if (read.error === null) return fail(lost)
  const meaning = explain(read.error, options.redact ?? [])
  const said = toSafeMessage(read.error.messages[0] ?? '', options.redact)
  // Only a code of the relay's own, with nothing begun, says that nothing is billed.
  const isRefusal = meaning?.by === 'code' && meaning.isSpecific && !meaning.isAfterWork
  return fail({
    code: meaning?.code ?? 'upstream_error',
    message: said || 'The relay refused the request.',
    charge: isRefusal ? 'none' : 'possible',
    outcome: meaning === null ? 'unknown' : 'known',
    ...(isRefusal && { refused: true }),
  })
}

/** Only an address below the relay's own is asked with the relay's key. */
function toPollPath(url: string | null, { baseUrl }: ReadOptions): string | null {
  if (url === null) return null
  try {
    const base = new URL(`${baseUrl}/`)
    const { href, origin } = new URL(url, base)
    if (origin !== base.origin) return null
    return href.startsWith(base.href) ? href.slice(base.href.length - 1) : null
  } catch {
    return null
  }
}

const lost: Failure = {
  code: 'outcome_unknown',
  message: 'The relay took the request and named no job. Whether it works on it is not known.',
  charge: 'possible',
  outcome: 'unknown',
}

const unreadable: Failure = {
  ...lost,
  message: 'The relay took the request and answered with something that is no JSON.',
}
