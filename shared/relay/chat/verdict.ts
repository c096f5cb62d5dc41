// Why a 2xx answer brought no video. The best reason that was seen wins: a specific error object, the
// relay's own sentence, a finish reason, then what is missing. After a 2xx every failure may have been
// billed, whatever the words say; they decide only what it is called.

import type { Charge, Failure, FailureCode } from '../../video/failures.ts'
import { explain } from '../errors.ts'
import { toSafeMessage } from '../message.ts'
import { emptyFault, type SaidError } from './fault.ts'
import type { LastWords } from './lastWords.ts'
import { readCode, readWords } from './meaning.ts'

export interface StreamEnding {
  readonly error: SaidError | null
  readonly lastWords: LastWords | null
  readonly finishReason: string | null
  /** A link that was believed and taken back. */
  readonly isLinkSeen: boolean
  /** Ended by [DONE], a finish reason or the close of a document, and not cut. */
  readonly isWhole: boolean
  readonly isBroken: boolean
  /** Broken off by us: a line, an event or the whole was longer than is read. */
  readonly isTooLong: boolean
  readonly isEmpty: boolean
  /** Beginning of a page that came instead of events. */
  readonly page: string
  /** Work was spoken of before the failure. */
  readonly hasBegun: boolean
  readonly isAboutVideo: boolean
  readonly hasText: boolean
  readonly taskId: string | null
  readonly redact: readonly string[]
}

const defaultMessages: Partial<Record<FailureCode, string>> = {
  content_policy: 'The relay refused this content.',
  upstream_error: 'The relay reported that the generation failed, without a reason.',
  gateway_timeout: 'A gateway in front of the relay gave up waiting.',
  timeout: 'The relay gave up waiting for the video.',
  stream_required: 'The relay generates only when asked to stream.',
  rate_limited: 'The relay is busy.',
  no_channel: 'The relay has no channel for this model now.',
  quota: "The gateway's account at the relay is used up.",
}

const tooLong =
  'The answer is longer than is read: 8 MiB a line, 16 MiB in all. A video in place of its address may have 6 MB.'

export function toStreamFailure(ending: StreamEnding): Failure {
  const charge: Charge = ending.isLinkSeen ? 'certain' : 'possible'
  const worded = (code: FailureCode, words: string, isKnown: boolean): Failure => ({
    code,
    message:
      toSafeMessage(words, ending.redact) ||
      (defaultMessages[code] ?? 'The relay reported a failure.'),
    charge,
    outcome: isKnown && code !== 'timeout' && code !== 'gateway_timeout' ? 'known' : 'unknown',
  })
  const plain = (code: FailureCode, message: string, outcome: 'known' | 'unknown'): Failure => {
    return { code, message, charge, outcome }
  }
  const { error, lastWords, finishReason } = ending
  const finish = finishReason === null ? null : readCode(finishReason)
  if (error !== null || lastWords !== null || finish !== null) {
    const others = [lastWords?.reason ?? null, finish].filter((reason) => reason !== null)
    const meaning = explain(error ?? emptyFault(), ending.redact, others)
    const said = meaning?.code ?? 'upstream_error'
    // Who let us in and began has no quarrel with our key: it speaks of its own at its upstream.
    const code = said === 'auth' && ending.hasBegun ? 'upstream_error' : said
    const isLine = error === null || (meaning?.by === 'words' && error.messages.length === 0)
    const words = isLine ? withoutQuoteMarks(lastWords?.line ?? '') : (error.messages[0] ?? '')
    return worded(code, words, error !== null || ending.isWhole)
  }
  if (ending.isTooLong) {
    return plain('truncated_stream', tooLong, 'unknown')
  }
  if (ending.isBroken) {
    return plain('truncated_stream', 'The answer broke off before a link came.', 'unknown')
  }
  if (ending.page !== '' && !ending.hasText) {
    const isTimeout = /time-?d? ?out|\b50?4\b|\b52[24]\b/i.test(ending.page)
    const reason = readWords(/<title>([^<]{1,200})/i.exec(ending.page)?.[1] ?? '')
    const code =
      reason === null || reason.code === 'upstream_unavailable' ? 'upstream_error' : reason.code
    return worded(isTimeout ? 'gateway_timeout' : code, '', false)
  }
  if (ending.isEmpty) {
    return plain('empty_result', 'The relay answered with nothing at all.', 'unknown')
  }
  if (!ending.isWhole) {
    return plain('truncated_stream', 'The answer stopped in the middle, without a link.', 'unknown')
  }
  if (ending.taskId !== null) {
    return plain(
      'empty_result',
      'The relay named a task and ended without a link; the work may go on there.',
      'unknown',
    )
  }
  return ending.hasText && !ending.isAboutVideo
    ? plain('not_a_video', 'The relay answered with text instead of a video.', 'known')
    : plain('empty_result', 'The relay ended its answer without a link.', 'known')
}

/** Relays quote the lines of their prose: that is layout. */
function withoutQuoteMarks(line: string): string {
  return line.replace(/^[ \t>]+/, '')
}
