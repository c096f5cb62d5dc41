// One slot as one generation: the schedule's request with its placeholders filled, under an
// idempotency key made of schedule and slot, so that starting it twice is starting it once.

import type { JsonObject } from '../../shared/wire/json.ts'
import type { Models } from '../../shared/request/models.ts'
import type { RequestResult } from '../../shared/request/request.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'
import { HttpError, httpErrors } from '../http/errors.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'
import { submit } from './submit.ts'
import type { StartResult } from '../scheduler/scheduler.ts'
import type { Schedule } from '../scheduler/schedules.ts'
import { fillPrompt } from './slotPrompt.ts'

export async function startSlot(
  env: Env,
  gateway: Gateway,
  schedule: Schedule,
  slot: number,
): Promise<StartResult> {
  const { models } = gateway.config
  const parsed = await parseSlotRequest(schedule.request, slot, schedule.timezone, models)
  // It was valid when it was stored; the models may have changed since.
  if (!parsed.ok) return { kind: 'refused', reason: parsed.error.message }
  try {
    const { description } = await submit(env, gateway, {
      account: schedule.account,
      credential: { keyId: schedule.keyId },
      request: parsed.request,
      ours: parsed.ours,
      directives: { noCache: false, noStore: false, onlyIfCached: false, maxAgeSeconds: null },
      idempotencyHash: await toSlotHash(schedule.id, slot),
      isRetry: false,
      remixedFrom: null,
    })
    return { kind: 'started', videoId: description.identity.id }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    const { status } = httpErrors[error.code]
    const reason =
      error.code === 'invalid_api_key'
        ? 'The key this schedule was made with is revoked or expired.'
        : error.message
    if (status !== 429 && status !== 503) return { kind: 'refused', reason }
    const seconds = Number(error.headers['retry-after'])
    return { kind: 'later', reason, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null }
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
  const text = new TextEncoder().encode(`schedule\n${schedule}\n${slot}`)
  const digest = await crypto.subtle.digest('SHA-256', text)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
