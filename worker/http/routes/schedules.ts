// /v1/schedules: a video request with a cron expression. Pausing, changing and running by hand
// never touch slots that were started already.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { countJsonBytes, type JsonObject, isJsonObject } from '../../../shared/wire/json.ts'
import { webhookFields } from '../../../shared/request/schema.ts'
import { HttpError, invalid, notFound } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { requireScope } from '../auth.ts'
import { createBase62 } from '../../proofs/base62.ts'
import { parseAs, readJson, toHttpError, withoutUndefined } from '../body.ts'
import { requireWebhook } from '../callerUrl.ts'
import { random } from '../../platform/platform.ts'
import { checkCron, nextSlot, nextSlots, type CronTime } from '../../scheduler/cron.ts'
import { MOST_SCHEDULES } from '../../scheduler/scheduler.ts'
import type { Kept, Schedule, ScheduleView } from '../../scheduler/schedules.ts'
import { parseSlotRequest } from '../../submission/startSlot.ts'
import { fillList, readAfter, readLimit, unknownCursor } from '../lists.ts'
import { type OpenSchedules, openSchedules } from '../openSchedules.ts'
import { submitStored } from '../submitRequest.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import type { Schedule as ScheduleAnswer } from '../answers.ts'

const fields = {
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  cron: z.string().check(z.minLength(1), z.maxLength(200)),
  timezone: z.string().check(z.minLength(1), z.maxLength(100)),
  request: z.record(z.string(), z.unknown()),
  webhook: z.nullish(z.strictObject(webhookFields)),
  paused: z.boolean(),
}

export const newScheduleSchema = z.strictObject({
  ...fields,
  timezone: z.optional(fields.timezone),
  paused: z.optional(fields.paused),
})

export const scheduleChangeSchema = z.partial(z.strictObject(fields))

/** Enough to see the rhythm. */
const NEXT_RUNS = 5
/** It is stored as it came, also with what no relay is told; and an account may have a thousand. */
const REQUEST_BYTES = 64 * 1024

type Answer = FromSchema<typeof ScheduleAnswer>

export async function createSchedule(context: AppContext): Promise<Response> {
  const json = await readJson(context)
  const asked = parseAs(json, newScheduleSchema, 'create the schedule')
  // Its slots will be started with this key.
  requireScope(context.var.principal, 'generate')
  const { name, cron, timezone = 'UTC', paused = false } = asked
  const request = toRequest(json, {})
  await requireValid(context, { cron, timezone }, request)
  requireShort(request)
  const now = Date.now()
  const schedule = {
    id: `sched_${createBase62(random, 24)}`,
    account: context.var.principal.account,
    keyId: context.var.principal.key.id,
    name,
    cron,
    timezone,
    request,
    paused,
    nextAt: nextSlot({ cron, timezone }, now),
    createdAt: now,
  }
  requireKept(await open(context).add(schedule))
  const created = { ...schedule, number: 0, lastMissedSlot: null }
  return context.json(toResource({ schedule: created, runs: [] }), 201)
}

export async function listSchedules(context: AppContext): Promise<Response> {
  const page = await open(context).page(readAfter(context), readLimit(context))
  if (page === null) throw unknownCursor('schedules')
  return context.json(await fillList(page, async (view) => toResource(view)))
}

export async function getSchedule(context: AppContext): Promise<Response> {
  return context.json(toResource(await find(context)))
}

export async function changeSchedule(context: AppContext): Promise<Response> {
  const { schedule } = await find(context)
  const json = await readJson(context)
  const asked = parseAs(json, scheduleChangeSchema, 'change the schedule')
  const { name, cron, timezone, paused } = asked
  const change = withoutUndefined({ name, cron, timezone, paused })
  const request = toRequest(json, schedule.request)
  const next = { ...schedule, ...change, request, keyId: toKeyId(context, schedule, asked) }
  await requireValid(context, next, request)
  // One that 0.1 took can be renamed and paused, however long it is.
  if (request !== schedule.request) requireShort(request)
  const isSameTime = next.cron === schedule.cron && next.timezone === schedule.timezone
  const isSame = isSameTime && next.paused === schedule.paused
  // What was skipped in a pause stays skipped.
  const changed = isSame ? next : { ...next, nextAt: nextSlot(next, Date.now()) }
  requireKept(await open(context).change(changed))
  return context.json(toResource(await find(context)))
}

/**
 * Whoever says what it sends, when, or whom it tells, spends with a key that may: the slots are started
 * with theirs from then on. A name and a pause spend nothing.
 */
function toKeyId(
  context: AppContext,
  { paused, keyId }: Schedule,
  asked: z.output<typeof scheduleChangeSchema>,
): string {
  const isResumed = paused && asked.paused === false
  const said = [asked.request, asked.cron, asked.timezone, asked.webhook]
  if (!isResumed && said.every((field) => field === undefined)) return keyId
  requireScope(context.var.principal, 'generate')
  return context.var.principal.key.id
}

export async function deleteSchedule(context: AppContext): Promise<Response> {
  const id = readId(context)
  if (!(await open(context).drop(id))) throw unknownSchedule()
  return context.json({ id, object: 'schedule.deleted', deleted: true })
}

/** Starts one generation now, with the caller's own key, beside the slots. Counts also when it is found. */
export async function runSchedule(context: AppContext): Promise<Response> {
  const { models } = context.var.gateway.config
  const { schedule } = await find(context)
  const slot = Date.now()
  const parsed = await parseSlotRequest(schedule.request, slot, schedule.timezone, models)
  if (!parsed.ok) throw toHttpError(parsed)
  const { description } = await submitStored(context, parsed.request, parsed.options, {
    countsAlways: true,
  })
  await open(context).noteRun(schedule.id, slot, description.identity.id)
  return context.json(toResource(await find(context)))
}

function open(context: AppContext): OpenSchedules {
  return openSchedules(context.env, context.var.principal.account)
}

async function find(context: AppContext): Promise<ScheduleView> {
  const found = await open(context).read(readId(context))
  if (found === null) throw unknownSchedule()
  return found
}

/** @throws HttpError when there was no room for it */
function requireKept(kept: Kept): void {
  switch (kept) {
    case 'kept':
      return
    case 'too many':
      throw invalid(null, `An account may have ${MOST_SCHEDULES} schedules. Delete one first.`)
    case 'too large':
      throw new HttpError(
        'request_too_large',
        "The requests of an account's schedules may have 4 MiB together. Shorten or delete some.",
        { param: 'request' },
      )
  }
}

function unknownSchedule(): HttpError {
  return notFound('There is no such schedule. Check the id.')
}

/** The stored request: the caller's own JSON, with the schedule's webhook inside it. */
function toRequest(json: unknown, stored: JsonObject): JsonObject {
  if (!isJsonObject(json)) return stored
  const { webhook: storedWebhook = null } = stored
  const request = isJsonObject(json['request'])
    ? { webhook: storedWebhook, ...json['request'] }
    : stored
  const { webhook } = json
  return webhook === undefined ? request : { ...request, webhook }
}

async function requireValid(
  context: AppContext,
  time: CronTime,
  request: JsonObject,
): Promise<void> {
  const verdict = checkCron(time)
  if (!verdict.ok) throw invalid(verdict.param, verdict.message)
  const { models } = context.var.gateway.config
  const parsed = await parseSlotRequest(request, Date.now(), time.timezone, models)
  if (!parsed.ok) {
    const { code, message, param } = parsed.error
    throw new HttpError(code, message, { param: param === null ? 'request' : `request.${param}` })
  }
  if (parsed.request.attachments.length > 0) {
    throw invalid(
      'request.input_reference',
      'A schedule cannot hold an image itself. Give `input_reference` as a link.',
    )
  }
  requireWebhook(context, parsed.options.webhook)
}

function requireShort(request: JsonObject): void {
  if (countJsonBytes(request) <= REQUEST_BYTES) return
  throw new HttpError('request_too_large', '`request` is larger than 64 KiB. Shorten it.', {
    param: 'request',
  })
}

function toResource({ schedule, runs }: Pick<ScheduleView, 'schedule' | 'runs'>): Answer {
  const { webhook = null, ...request } = schedule.request
  const from = Math.max(Date.now(), (schedule.nextAt ?? 0) - 1)
  const slots = schedule.paused ? [] : nextSlots(schedule, from, NEXT_RUNS)
  return {
    id: schedule.id,
    object: 'schedule',
    name: schedule.name,
    cron: schedule.cron,
    timezone: schedule.timezone,
    paused: schedule.paused,
    request,
    // A secret that was given is never shown again.
    webhook: isJsonObject(webhook) ? { url: String(webhook['url']) } : null,
    key_id: schedule.keyId,
    created_at: toUnixSeconds(schedule.createdAt),
    next_run_at: schedule.paused ? null : toUnixSeconds(schedule.nextAt),
    // An object that still runs 0.1 does not say.
    last_missed_slot: toUnixSeconds(schedule.lastMissedSlot ?? null),
    next_runs: slots.map((at) => toUnixSeconds(at)),
    last_runs: runs.map((run) => ({
      slot: toUnixSeconds(run.slot),
      state: run.state,
      video_id: run.videoId,
      reason: run.reason,
      at: toUnixSeconds(run.at),
    })),
  }
}
