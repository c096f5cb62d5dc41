// One slot as one generation: the schedule's request with its placeholders filled, under an
// idempotency key made of schedule and slot, so that starting it twice is starting it once.

import { toSha256 } from '../../shared/wire/bytes.ts'
import type { Models } from '../../shared/request/models.ts'
import type { RequestResult } from '../../shared/request/request.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'
import type { JsonObject } from '../../shared/wire/json.ts'
import { withoutDirectives } from '../account/admit.ts'
import type { StartResult } from '../scheduler/slots.ts'
import type { Schedule } from '../scheduler/schedules.ts'
import type { Submission, SubmissionPorts } from './submit.ts'
import { submit } from './submit.ts'

export async function startSlot(
  ports: SubmissionPorts,
  schedule: Schedule,
  slot: number,
): Promise<StartResult> {
  const { account, keyId, request, timezone } = schedule
  const parsed = await parseSlotRequest(request, slot, timezone, ports.models)
  // The request was valid when it was stored; the models may have changed since.
  if (!parsed.ok) return { kind: 'refused', reason: parsed.error.message }
  const submission = await submit(ports, {
    account,
    credential: { keyId },
    request: parsed.request,
    options: parsed.options,
    directives: withoutDirectives,
    idempotencyHash: await toSha256(`schedule\n${schedule.id}\n${slot}`),
    isRetry: false,
    remixedFrom: null,
    requestId: `${schedule.id}.${slot}`,
  })
  return submission.kind === 'refused'
    ? explainRefusal(submission)
    : { kind: 'started', videoId: submission.description.identity.id }
}

/** What may be different in a moment is tried again until the slot's grace ends. */
function explainRefusal(submission: Extract<Submission, { kind: 'refused' }>): StartResult {
  const { code, message: reason, retryAfterMs } = submission
  switch (code) {
    case 'rate_limit_exceeded':
    case 'relay_suspended':
    case 'try_again':
      return { kind: 'later', reason, retryAfterMs }
    case 'invalid_api_key': {
      const revoked = 'The key this schedule was made with is revoked or expired.'
      return { kind: 'refused', reason: revoked, lasts: true }
    }
    case 'insufficient_scope':
      return { kind: 'refused', reason, lasts: true }
    // Money seldom comes within minutes, and asking is not free for us.
    case 'insufficient_quota':
    case 'idempotency_mismatch':
    case 'video_expired':
    case 'not_cached':
    case 'outcome_unknown':
    case 'model_not_found':
    case 'invalid_request':
      return { kind: 'refused', reason }
  }
}

/** The request of one slot: what POST /v1/videos would make of it at that time. */
export async function parseSlotRequest(
  request: JsonObject,
  slot: number,
  timezone: string,
  models: Models,
): Promise<RequestResult> {
  const { prompt } = request
  const isFilled = typeof prompt === 'string'
  const filled = isFilled ? { ...request, prompt: fillPrompt(prompt, slot, timezone) } : request
  return await safeParseVideoRequest(filled, models)
}

/**
 * Placeholders, so that a daily video is not yesterday's from the cache: `{{date}}` 2026-11-23 and
 * `{{time}}` 09:00 in the schedule's zone, `{{slot}}` the instant in UTC.
 */
export function fillPrompt(prompt: string, slotAt: number, timezone: string): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    // The Swedish locale writes dates and times as ISO 8601 does.
    new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, ...options }).format(slotAt)
  const values: Readonly<Record<string, () => string>> = {
    '{{date}}': () => part({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    '{{time}}': () => part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    '{{slot}}': () => new Date(slotAt).toISOString(),
  }
  return prompt.replace(/\{\{(?:date|time|slot)\}\}/g, (name) => values[name]?.() ?? name)
}
