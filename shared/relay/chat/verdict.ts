// Why a 2xx answer brought no video. The best reason that was seen wins: an error object, then the
// relay's own sentence, then what is missing. After a 2xx every failure may have been billed.

import type { Charge, Failure, FailureCode } from '../../video/failures.ts'
import { findErrorMeaning, type SaidError } from '../errors.ts'
import { toSafeMessage } from '../message.ts'
import { readLine } from './wording.ts'

/** A failure that the relay told in prose. */
export interface SeenFailure {
  readonly code: FailureCode
  /** The relay's line, '' when only a finish reason said so. */
  readonly message: string
}

export interface StreamFacts {
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

export function toStreamFailure(facts: StreamFacts): Failure {
  const charge: Charge = facts.isLinkSeen ? 'certain' : 'possible'
  const worded = (code: FailureCode, words: string, isKnown: boolean): Failure => ({
    code,
    message:
      toSafeMessage(words, facts.redact) ||
      (defaultMessages[code] ?? 'The relay reported a failure.'),
    charge,
    outcome: isKnown ? 'known' : 'unknown',
  })
  if (facts.error !== null) {
    const code = findErrorMeaning(facts.error)?.code ?? 'upstream_error'
    return worded(code, facts.error.message, code !== 'gateway_timeout')
  }
  if (facts.failure !== null)
    return worded(facts.failure.code, withoutQuoteMarks(facts.failure.message), facts.isWhole)
  if (facts.isBroken) {
    return plain('truncated_stream', 'The answer broke off before a link came.', charge, 'unknown')
  }
  if (facts.words !== '' && !facts.hasText) return worded(readPage(facts.words), '', false)
  if (facts.isEmpty) {
    return plain('empty_result', 'The relay answered with nothing at all.', charge, 'unknown')
  }
  if (!facts.isWhole) {
    return plain(
      'truncated_stream',
      'The answer stopped in the middle, without a link.',
      charge,
      'unknown',
    )
  }
  if (facts.taskId !== null) {
    return plain(
      'empty_result',
      'The relay named a task and ended without a link; the work may go on there.',
      charge,
      'unknown',
    )
  }
  return facts.hasText && !facts.isAboutVideo
    ? plain('not_a_video', 'The relay answered with text instead of a video.', charge, 'known')
    : plain('empty_result', 'The relay ended its answer without a link.', charge, 'known')
}

/** Relays quote the lines of their prose: that is layout. */
function withoutQuoteMarks(line: string): string {
  let at = 0
  while (at < line.length && ' \t>'.includes(line.charAt(at))) at += 1
  return line.slice(at)
}

function plain(
  code: FailureCode,
  message: string,
  charge: Charge,
  outcome: 'known' | 'unknown',
): Failure {
  return { code, message, charge, outcome }
}

const timeoutWords = ['time-out', 'timeout', 'timed out', '504', '522', '524']

/** A page or a sentence with status 200 in place of an answer. */
function readPage(words: string): FailureCode {
  const lower = words.toLowerCase()
  if (timeoutWords.some((word) => lower.includes(word))) return 'gateway_timeout'
  return readLine(words).failure ?? 'upstream_error'
}
