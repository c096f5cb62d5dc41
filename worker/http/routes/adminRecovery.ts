// What is left when something went badly wrong: an account taken back in time, and everything an
// operator can back up as lines of JSON. Secrets and digests never leave; requests only of schedules.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { isJsonObject } from '../../../shared/wire/json.ts'
import type { BookedDay } from '../../account/books.ts'
import { LEAST_RESTORE_MS } from '../../account/restoration.ts'
import type { Env } from '../../env.ts'
import { getAccount, getDirectory } from '../../objects.ts'
import { sleep } from '../../platform/platform.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import { report } from '../../report/report.ts'
import type { AdminRestore, ExportLine } from '../answers.ts'
import { noteAudit } from '../audit.ts'
import { readAs } from '../body.ts'
import { type AppContext, readId } from '../context.ts'
import { HttpError, invalid, notFound } from '../errors.ts'
import { restore } from '../restore.ts'
import { openSchedules } from '../openSchedules.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toKeyResource } from './adminKeys.ts'
import { toUsd } from '../usd.ts'

/** Cloudflare keeps the history of an object for so long. */
const HISTORY_MS = 30 * 24 * 60 * 60_000

export const restoreSchema = z
  .strictObject({
    /** Unix seconds. */
    at: z.optional(z.int().check(z.gte(0), z.lte(100_000_000_000))),
    bookmark: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  })
  .check(
    z.refine(({ at, bookmark }) => (at === undefined) !== (bookmark === undefined), {
      error: 'needs either `at` or `bookmark`',
    }),
  )

export async function restoreAccount(context: AppContext): Promise<Response> {
  const { at, bookmark = '' } = await readAs(context, restoreSchema, 'restore the account')
  const name = readId(context)
  const { env } = context
  noteAudit(context, { detail: at === undefined ? 'to a bookmark' : `to ${at}` })
  if (at !== undefined) requireKept(at * 1000)
  if (!isAccountId(name) || (await getAccount(env, name).listKeys()).length === 0) {
    throw notFound('There is no such account. GET /admin/keys lists them.')
  }
  const restored = await restore(
    { account: getAccount(env, name), directory: getDirectory(env), now: Date.now, sleep },
    name,
    at === undefined ? { bookmark } : { at: at * 1000 },
  )
  if (!restored.ok) {
    throw new HttpError(
      'not_restorable',
      `Nothing was changed: the platform keeps no such state of this account. It says: ${restored.problem}`,
    )
  }
  const answer: FromSchema<typeof AdminRestore> = {
    object: 'admin.restore',
    account: name,
    restored_to: at ?? null,
    bookmark: restored.bookmark,
    undo_bookmark: restored.undo,
    asks_for_consent_until: toUnixSeconds(restored.until),
    confirmed: restored.isConfirmed,
  }
  return context.json(answer)
}

function requireKept(at: number): void {
  const age = Date.now() - at
  if (age >= LEAST_RESTORE_MS && age <= HISTORY_MS) return
  const minutes = LEAST_RESTORE_MS / 60_000
  throw invalid('at', `\`at\` must be at least ${minutes} minutes and at most 30 days ago.`)
}

const parts = ['keys', 'endpoints', 'generations', 'usage', 'schedules'] as const
type Part = (typeof parts)[number]
export const exportParts = [...parts, 'all'] as const

type Line = FromSchema<typeof ExportLine>

const ACCOUNTS_PER_PAGE = 100
const ROWS_PER_PAGE = 500
const SCHEDULES_PER_PAGE = 20

/** Streamed: an export of any size is one page at a time in memory. */
export function exportBooks(context: AppContext): Response {
  const { account, what = 'all' } = context.req.query()
  const known = exportParts.find((one) => one === what)
  if (known === undefined)
    throw invalid('what', `\`what\` is not one of ${exportParts.join(', ')}.`)
  if (account !== undefined && !isAccountId(account)) {
    throw invalid('account', '`account` is no account id.')
  }
  noteAudit(context, { account: account ?? null, detail: known })
  const wanted = known === 'all' ? parts : [known]
  const lines = exportLines(context.env, account ?? null, wanted)
  const encoder = new TextEncoder()
  const { requestId } = context.var
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await lines.next()
        if (done === true) return controller.close()
        controller.enqueue(encoder.encode(value))
      } catch (error) {
        // The status is sent: what breaks off without its last line is not whole.
        report({ what: 'request failed', id: requestId, error })
        controller.error(error)
      }
    },
    async cancel() {
      await lines.return()
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } })
}

/** Text of some lines each; the last line says how many came before it. */
async function* exportLines(
  env: Env,
  only: string | null,
  wanted: readonly Part[],
): AsyncGenerator<string, void, undefined> {
  let lines = 0
  for await (const account of findAccounts(env, only)) {
    for (const part of wanted) {
      for await (const page of exporters[part](env, account)) {
        lines += page.length
        yield toText(page)
      }
    }
  }
  yield toText([{ type: 'end', lines }])
}

function toText(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

async function* findAccounts(env: Env, only: string | null): AsyncGenerator<string> {
  if (only !== null) return yield only
  for (let after = ''; ;) {
    const found = await getDirectory(env).accounts(after, ACCOUNTS_PER_PAGE + 1)
    const accounts = found.filter((one) => one !== after)
    yield* accounts
    const last = accounts.at(-1)
    if (last === undefined) return
    after = last
  }
}

type Exporter = (env: Env, account: string) => AsyncGenerator<Line[]>

const exporters: Readonly<Record<Part, Exporter>> = {
  async *keys(env, account) {
    const rows = await getAccount(env, account).listKeys()
    yield rows.map((row) => ({ type: 'key', ...toKeyResource(row, account) }))
  },
  async *endpoints(env, account) {
    const rows = await getAccount(env, account).exportEndpoints()
    yield rows.map((row) => ({
      type: 'endpoint',
      account,
      id: row.id,
      name: row.name,
      url: row.url,
      event_types: row.eventTypes,
      created_at: toUnixSeconds(row.createdAt),
      updated_at: toUnixSeconds(row.updatedAt),
      disabled_at: toUnixSeconds(row.disabledAt),
    }))
  },
  async *generations(env, account) {
    for (let after = 0; ;) {
      const rows = await getAccount(env, account).exportGenerations(after, ROWS_PER_PAGE)
      const last = rows.at(-1)
      if (last === undefined) return
      yield rows.map((row) => ({
        type: 'generation',
        account,
        id: row.id,
        key_id: row.keyId,
        model: row.model,
        seconds: row.seconds,
        size: row.size,
        state: row.state,
        code: row.code,
        charge: row.charge,
        outcome: row.outcome,
        price_usd: toUsd(row.price),
        held_usd: toUsd(row.hold),
        spent_usd: toUsd(row.spent),
        created_at: toUnixSeconds(row.createdAt),
        ended_at: toUnixSeconds(row.endedAt),
        expires_at: toUnixSeconds(row.expiresAt),
      }))
      after = last.number
    }
  },
  async *usage(env, account) {
    for (let after: BookedDay | null = null; ;) {
      const rows: BookedDay[] = await getAccount(env, account).exportDays(after, ROWS_PER_PAGE)
      const last = rows.at(-1)
      if (last === undefined) return
      yield rows.map(({ keyId, spent, day, model, generations, completed, failed }) => ({
        type: 'usage',
        account,
        day,
        model,
        key_id: keyId,
        generations,
        completed,
        failed,
        spent_usd: toUsd(spent),
      }))
      after = last
    }
  },
  async *schedules(env, account) {
    for (let after: string | null = null; ;) {
      const page = await openSchedules(env, account).page(after, SCHEDULES_PER_PAGE)
      const last = page?.rows.at(-1)
      if (page === null || last === undefined) return
      yield page.rows.map(({ schedule: row }) => {
        // Its secret stays here.
        const { webhook, ...request } = row.request
        return {
          type: 'schedule',
          account,
          id: row.id,
          name: row.name,
          cron: row.cron,
          timezone: row.timezone,
          paused: row.paused,
          key_id: row.keyId,
          request,
          webhook_url: isJsonObject(webhook) ? String(webhook['url']) : null,
          created_at: toUnixSeconds(row.createdAt),
        }
      })
      after = last.id
    }
  },
}
