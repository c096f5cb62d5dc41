// One slot as one generation: the schedule's request with its placeholders filled, under an
// idempotency key made of schedule and slot, so that starting it twice is starting it once.

import { toSha256 } from '../../shared/wire/bytes.ts'
import type { Models } from '../../shared/request/models.ts'
import type { RequestResult } from '../../shared/request/request.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'
import type { JsonObject } from '../../shared/wire/json.ts'
import { withoutDirectives } from '../account/admit.ts'
import type { StartResult } from '../scheduler/scheduler.ts'
import type { Schedule } from '../scheduler/schedules.ts'
import { fillPrompt } from './slotPrompt.ts'
import type { Submission, SubmissionPorts } from './submit.ts'
import { submit } from './submit.ts'

export async function startSlot(
  ports: SubmissionPorts,
  schedule: Schedule,
  slot: number,
): Promise<StartResult> {
  const { account, keyId, request, timezone } = schedule
  const parsed = await parseSlotRequest(request, slot, timezone, ports.models)
  // It was valid when it was stored; the models may have changed since.
  if (!parsed.ok) return { kind: 'refused', reason: parsed.error.message }
  const submission = await submit(ports, {
    account,
    credential: { keyId },
    request: parsed.request,
    options: parsed.options,
    directives: withoutDirectives,
    idempotencyHash: await toSlotHash(schedule.id, slot),
    isRetry: false,
    remixedFrom: null,
  })
  return submission.kind === 'refused'
    ? explainRefusal(submission)
    : { kind: 'started', videoId: submission.description.identity.id }
}

/** What may be different in a moment is tried again until the slot's grace ends. */
function explainRefusal({
  code,
  message,
  retryAfterMs,
}: Extract<Submission, { kind: 'refused' }>): StartResult {
  switch (code) {
    case 'rate_limit_exceeded':
    case 'insufficient_quota':
    case 'relay_suspended':
    case 'try_again':
      return { kind: 'later', reason: message, retryAfterMs }
    case 'invalid_api_key':
      return {
        kind: 'refused',
        reason: 'The key this schedule was made with is revoked or expired.',
      }
    case 'insufficient_scope':
    case 'idempotency_mismatch':
    case 'video_expired':
    case 'not_cached':
    case 'outcome_unknown':
    case 'model_not_found':
      return { kind: 'refused', reason: message }
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
  return await safeParseVideoRequest(
    typeof prompt === 'string'
      ? { ...request, prompt: fillPrompt(prompt, slot, timezone) }
      : request,
    models,
  )
}

async function toSlotHash(schedule: string, slot: number): Promise<string> {
  return await toSha256(`schedule\n${schedule}\n${slot}`)
}
