// What a job's document amounts to: it runs, there is a video, or it has failed and what that costs.

import type { Charge, Failure } from '../../video/failures.ts'
import type { SaidError } from '../chat/fault.ts'
import { explain } from '../errors.ts'
import { toSafeMessage } from '../message.ts'
import type { Look, ReadOptions } from '../relay.ts'
import type { TaskDocument } from './document.ts'
import { toTaskState } from './states.ts'

type Outcome = Extract<Look, { is: 'video' | 'failed' }> | RunningLook
type RunningLook = Omit<Extract<Look, { is: 'running' }>, 'retryAfterMs'> & { retryAfterMs: null }

/** `content`: where the video is when no link is given; null where there is no such place. */
export function toOutcome(
  document: TaskDocument,
  options: ReadOptions,
  content: string | null,
): Outcome {
  const { links, costUsd, error, progress } = document
  const state = document.status === null ? null : toTaskState(document.status)
  if (state === 'failed') return { is: 'failed', failure: toFailure(error, options, 'failed') }
  // Some say nothing of a state once the link is there.
  const isDone = state === 'done' || (state === null && links.length > 0)
  if (!isDone) {
    const phase = state === 'queued' && (progress ?? 0) === 0 ? 'queued' : 'running'
    return { is: 'running', progress, phase, retryAfterMs: null }
  }
  if (error !== null) return { is: 'failed', failure: toFailure(error, options, 'done') }
  const [url = content, ...others] = links
  if (url === null || url === undefined) return { is: 'failed', failure: noLink }
  return {
    is: 'video',
    url: toAbsolute(url, options),
    needsKey: isAtRelay(url, options),
    others,
    costUsd,
  }
}

const noLink: Failure = {
  code: 'empty_result',
  message: 'The relay says that the job is done and names no video.',
  charge: 'possible',
  outcome: 'known',
}

/** A job that ended without a video; `done`: the relay calls it a success, so it may well be billed. */
function toFailure(
  said: SaidError | null,
  { failed, redact }: ReadOptions,
  ended: 'failed' | 'done',
): Failure {
  const meaning = said === null ? null : explain(said, redact ?? [])
  const charge: Charge =
    failed === 'billed' ? 'certain' : failed === 'free' && ended === 'failed' ? 'none' : 'possible'
  const code = meaning?.code ?? 'upstream_error'
  const fallback =
    code === 'content_policy'
      ? 'The relay refused this content.'
      : 'The relay reported that the job failed, without a reason.'
  return {
    code,
    message: toSafeMessage(said?.messages[0] ?? '', redact) || fallback,
    charge,
    outcome: 'known',
  }
}

/** Paths of ours begin with a slash and lie below the relay's base address. */
function toAbsolute(url: string, { baseUrl }: ReadOptions): string {
  return url.startsWith('/') ? `${baseUrl}${url}` : url
}

function isAtRelay(url: string, { baseUrl }: ReadOptions): boolean {
  return url.startsWith('/') || toOrigin(url) === toOrigin(baseUrl)
}

/** null for an address that is none; a relay's own always is one. */
function toOrigin(url: string): string | null {
  try {
    return new URL(url).origin
  } catch {
    return null
  }
}
