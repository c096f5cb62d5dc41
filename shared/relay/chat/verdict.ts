// Why a 2xx answer brought no video. The best reason that was seen wins: an error object, then the
// relay's own sentence, then what is missing. After a 2xx every failure may have been billed.

import type { Charge, Failure, FailureCode } from '../../video/failures.ts'
import { findErrorMeaning, type SaidError } from '../errors.ts'
import { toSafeMessage } from '../message.ts'
import { includesOneOf, readLine } from './meaning.ts'
import { timeoutWords } from './wording.ts'

/** A failure that the relay told in prose. */
export interface SeenFailure {
  readonly code: FailureCode
  /** The relay's line, '' when only a finish reason said so. */
  readonly message: string
}

export interface StreamEnding {
  readonly error: SaidError | null
  readonly failure: SeenFailure | null
  readonly isLinkSeen: boolean
  /** Ended by [DONE], a finish reason or the close of a document, and not cut. */
  readonly isWhole: boolean
  readonly isBroken: boolean
  readonly isEmpty: boolean
  /** Beginning of a page or a sentence that came instead of events. */
  readonly words: string
  readonly isAboutVideo: boolean
  readonly hasText: boolean
  readonly taskId: string | null
  readonly redact: readonly string[]
}

const defaultMessages: Partial<Record<FailureCode, string>> = {
  content_policy: 'The relay refused this content.',
  upstream_error: 'The relay reported that the generation failed, without a reason.',
  gateway_timeout: 'A gateway in front of the relay gave up waiting.',
  stream_required: 'The relay generates only when asked to stream.',
  rate_limited: 'The relay is busy.',
  no_channel: 'The relay has no channel for this model now.',
  quota: "The gateway's account at the relay is used up.",
}

export function toStreamFailure(ending: StreamEnding): Failure {
  const charge: Charge = ending.isLinkSeen ? 'certain' : 'possible'
  const worded = (code: FailureCode, words: string, isKnown: boolean): Failure => ({
    code,
    message:
      toSafeMessage(words, ending.redact) ||
      (defaultMessages[code] ?? 'The relay reported a failure.'),
    charge,
    outcome: isKnown ? 'known' : 'unknown',
  })
  if (ending.error !== null) {
    const code = findErrorMeaning(ending.error)?.code ?? 'upstream_error'
    return worded(code, ending.error.message, code !== 'gateway_timeout')
  }
  if (ending.failure !== null)
    return worded(ending.failure.code, withoutQuoteMarks(ending.failure.message), ending.isWhole)
  if (ending.isBroken) {
    return plain('truncated_stream', 'The answer broke off before a link came.', charge, 'unknown')
  }
  if (ending.words !== '' && !ending.hasText) return worded(readPage(ending.words), '', false)
  if (ending.isEmpty) {
    return plain('empty_result', 'The relay answered with nothing at all.', charge, 'unknown')
  }
  if (!ending.isWhole) {
    return plain(
      'truncated_stream',
      'The answer stopped in the middle, without a link.',
      charge,
      'unknown',
    )
  }
  if (ending.taskId !== null) {
    return plain(
      'empty_result',
      'The relay named a task and ended without a link; the work may go on there.',
      charge,
      'unknown',
    )
  }
  return ending.hasText && !ending.isAboutVideo
    ? plain('not_a_video', 'The relay answered with text instead of a video.', charge, 'known')
    : plain('empty_result', 'The relay ended its answer without a link.', charge, 'known')
}

/** Relays quote the lines of their prose: that is layout. */
function withoutQuoteMarks(line: string): string {
  return line.replace(/^[ \t>]+/, '')
}

function plain(
  code: FailureCode,
  message: string,
  charge: Charge,
  outcome: 'known' | 'unknown',
): Failure {
  return { code, message, charge, outcome }
}

/** A page or a sentence with status 200 in place of an answer. */
function readPage(words: string): FailureCode {
  if (includesOneOf(words.toLowerCase(), timeoutWords)) return 'gateway_timeout'
  return readLine(words).failure ?? 'upstream_error'
}
