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
import { getScheduler } from '../../objects.ts'
import { random } from '../../platform/platform.ts'
import { type Page, PAGE_BYTES } from '../../platform/table.ts'
import { checkCron, nextSlot, nextSlots, type CronTime } from '../../scheduler/cron.ts'
import { MOST_SCHEDULES } from '../../scheduler/scheduler.ts'
import type { Run, Schedule } from '../../scheduler/schedules.ts'
import { parseSlotRequest } from '../../submission/startSlot.ts'
import { fillList, readAfter, readLimit, unknownCursor } from '../lists.ts'
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

/** Enough to see the rhythm, and what became of the latest slots. */
const NEXT_RUNS = 5
const LAST_RUNS = 10
/** Requests of 1 MiB; an answer between objects may have 32 MiB. */
const ROWS_AT_ONCE = 10
/** It is stored as it came, also with what no relay is told. */
const REQUEST_BYTES = 1024 * 1024

export async function createSchedule(context: AppContext): Promise<Response> {
  const json = await readJson(context)
  const asked = parseAs(json, newScheduleSchema, 'create the schedule')
  // Its slots will be started with this key.
  requireScope(context.var.principal, 'generate')
  const { name, cron, timezone = 'UTC', paused = false } = asked
  const request = toRequest(json, {})
  await requireValid(context, { cron, timezone }, request)
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
  if (!(await getScheduler(context.env).create(schedule))) {
    throw invalid(null, `An account may have ${MOST_SCHEDULES} schedules. Delete one first.`)
  }
  return context.json(toResource({ ...schedule, number: 0, lastMissedSlot: null }, []), 201)
}

export async function listSchedules(context: AppContext): Promise<Response> {
  const page = await readPage(context, readAfter(context), readLimit(context))
  if (page === null) throw unknownCursor('schedules')
  const scheduler = getScheduler(context.env)
  const show = async (row: Schedule) => toResource(row, await scheduler.lastRuns(row.id, LAST_RUNS))
  return context.json(await fillList(page, show))
}

/**
 * Asks for a few at a time, as each may be as long as a request, and stops when there are too many
 * bytes for a page. The last one that is not shown says that there are more.
 */
async function readPage(
  context: AppContext,
  after: string | null,
  limit: number,
): Promise<Page<Schedule> | null> {
  const scheduler = getScheduler(context.env)
  const { account } = context.var.principal
  const rows: Schedule[] = []
  for (let left = PAGE_BYTES; rows.length <= limit && left > 0;) {
    const asked = Math.min(ROWS_AT_ONCE, limit + 1 - rows.length)
    const some = await scheduler.list(account, rows.at(-1)?.id ?? after, asked)
    if (some === null) return null
    rows.push(...some)
    if (some.length < asked) return { rows, hasMore: false }
    left -= countJsonBytes(some)
  }
  return { rows: rows.slice(0, -1), hasMore: true }
}

export async function getSchedule(context: AppContext): Promise<Response> {
  return await respond(context, await find(context))
}

export async function changeSchedule(context: AppContext): Promise<Response> {
  const schedule = await find(context)
  const json = await readJson(context)
  const asked = parseAs(json, scheduleChangeSchema, 'change the schedule')
  const { name, cron, timezone, paused } = asked
  const change = withoutUndefined({ name, cron, timezone, paused })
  const request = toRequest(json, schedule.request)
  const next = { ...schedule, ...change, request, keyId: toKeyId(context, schedule, asked) }
  await requireValid(context, next, request)
  const isSameTime = next.cron === schedule.cron && next.timezone === schedule.timezone
  const isSame = isSameTime && next.paused === schedule.paused
  // What was skipped in a pause stays skipped.
  const changed = isSame ? next : { ...next, nextAt: nextSlot(next, Date.now()) }
  await getScheduler(context.env).update(changed)
  return await respond(context, changed)
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
  const { account } = context.var.principal
  if (!(await getScheduler(context.env).remove(account, id))) throw unknownSchedule()
  return context.json({ id, object: 'schedule.deleted', deleted: true })
}

/** Starts one generation now, with the caller's own key, beside the slots. */
export async function runSchedule(context: AppContext): Promise<Response> {
  const { models } = context.var.gateway.config
  const schedule = await find(context)
  const slot = Date.now()
  const parsed = await parseSlotRequest(schedule.request, slot, schedule.timezone, models)
  if (!parsed.ok) throw toHttpError(parsed)
  const { description } = await submitStored(context, parsed.request, parsed.options)
  await getScheduler(context.env).noteManualRun(schedule.id, slot, description.identity.id)
  return await respond(context, schedule)
}

async function respond(context: AppContext, schedule: Schedule): Promise<Response> {
  const runs = await getScheduler(context.env).lastRuns(schedule.id, LAST_RUNS)
  return context.json(toResource(schedule, runs))
}

async function find(context: AppContext): Promise<Schedule> {
  const { account } = context.var.principal
  const schedule = await getScheduler(context.env).get(account, readId(context))
  if (schedule === null) throw unknownSchedule()
  return schedule
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
  if (countJsonBytes(request) > REQUEST_BYTES) {
    throw new HttpError('request_too_large', '`request` is larger than 1 MiB. Shorten it.', {
      param: 'request',
    })
  }
  requireWebhook(context, parsed.options.webhook)
}

function toResource(schedule: Schedule, runs: readonly Run[]): FromSchema<typeof ScheduleAnswer> {
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
