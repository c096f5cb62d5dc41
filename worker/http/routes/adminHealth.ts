// GET /admin/health: does what should happen by itself happen? Each part is asked with a deadline, so
// that the answer comes also when a part does not; a page of accounts at a time.

import { settleWithin } from '../../../shared/limits.ts'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import type { AccountHealth } from '../../account/operator.ts'
import type { Env } from '../../env.ts'
import { getAccount, getDirectory, getGeneration, getScheduleIndex } from '../../objects.ts'
import { toBucket } from '../../platform/bucket.ts'
import { sleep } from '../../platform/platform.ts'
import type { AdminHealth } from '../answers.ts'
import type { AppContext } from '../context.ts'

const ACCOUNTS_PER_PAGE = 50
const PROBE_MS = 5_000
/** The trigger comes every minute; a few may be late. */
const LATE_TICK_MS = 5 * 60_000
/** A message that should have left so long ago has nobody who sends it. */
const LATE_DELIVERY_MS = 5 * 60_000
/** Nothing is stored under this name, nor made there by asking. */
const NOBODY = 'health'

interface Asked {
  readonly account: string
  readonly health: AccountHealth | null
}

export async function getAdminHealth(context: AppContext): Promise<Response> {
  const { env } = context
  const { config } = context.var.gateway
  const after = context.req.query('after') ?? ''
  const [store, objects, cron, accounts] = await Promise.all([
    probe(() => toBucket(env.VIDEOS).head(NOBODY)),
    probe(() => getGeneration(env, NOBODY).describe()),
    probe(() => getScheduleIndex(env).lastTick()),
    probe(() => askAccounts(env, after)),
  ])
  const now = Date.now()
  const { asked = [], unreached = [], next = null } = accounts.value ?? {}
  const tickAge = toAge(cron.value ?? null, now)
  const oldest = findOldest(asked)
  const outbox = sumOutbox(asked, now)
  const lostAlarms = asked.filter(({ health }) => health?.isAlarmLost === true)
  const isWell =
    [store, objects, cron, accounts].every(({ ok }) => ok) &&
    unreached.length === 0 &&
    lostAlarms.length === 0 &&
    tickAge !== null &&
    tickAge * 1000 <= LATE_TICK_MS &&
    (oldest === null || oldest.age_seconds * 1000 <= config.account.longestMs) &&
    (outbox.overdue_seconds ?? 0) * 1000 <= LATE_DELIVERY_MS
  const answer: FromSchema<typeof AdminHealth> = {
    object: 'admin.health',
    status: isWell ? 'ok' : 'degraded',
    store: { ok: store.ok, ms: store.ms },
    objects: { ok: objects.ok && cron.ok && accounts.ok, ms: objects.ms },
    cron: { last_tick_seconds: tickAge },
    oldest_running: oldest,
    lost_alarms: lostAlarms.map(({ account }) => account),
    outbox,
    restored: asked.filter(({ health }) => (health?.restoredAt ?? null) !== null).map(toAccount),
    accounts: { asked: asked.length, not_reached: unreached, next_after: next },
  }
  return context.json(answer)
}

async function askAccounts(
  env: Env,
  after: string,
): Promise<{ asked: Asked[]; unreached: string[]; next: string | null }> {
  // One more than a page says whether there is another; `after` itself is not asked again.
  const found = await getDirectory(env).accounts(after, ACCOUNTS_PER_PAGE + 2)
  const accounts = found.filter((account) => account !== after)
  const page = accounts.slice(0, ACCOUNTS_PER_PAGE)
  const answers = await Promise.all(
    page.map(async (account) => ({
      account,
      answer: await probe(() => getAccount(env, account).health()),
    })),
  )
  const reached = answers.filter(({ answer }) => answer.ok)
  return {
    asked: reached.map(({ account, answer }) => ({ account, health: answer.value ?? null })),
    unreached: answers.filter(({ answer }) => !answer.ok).map(toAccount),
    next: accounts.length > page.length ? (page.at(-1) ?? null) : null,
  }
}

interface Probed<T> {
  readonly ok: boolean
  /** How long the answer took. */
  readonly ms: number
  readonly value?: T
}

/** What fails is the answer, not an error: the parts say which. */
async function probe<T>(ask: () => Promise<T>): Promise<Probed<T>> {
  const startedAt = Date.now()
  try {
    const value = await settleWithin({ now: Date.now, sleep }, 'probe', PROBE_MS, ask())
    return { ok: true, ms: Date.now() - startedAt, value }
  } catch {
    return { ok: false, ms: Date.now() - startedAt }
  }
}

function findOldest(asked: readonly Asked[]) {
  const now = Date.now()
  const running = asked.flatMap(({ account, health }) => {
    const oldest = health?.oldestRunning ?? null
    return oldest === null ? [] : [{ account, ...oldest }]
  })
  const [oldest] = running.sort((one, other) => one.createdAt - other.createdAt)
  if (oldest === undefined) return null
  const { id, account, createdAt } = oldest
  return { id, account, age_seconds: Math.floor((now - createdAt) / 1000) }
}

function sumOutbox(asked: readonly Asked[], now: number) {
  const outboxes = asked.flatMap(({ health }) => (health === null ? [] : [health.outbox]))
  const earliest = (times: readonly (number | null)[]) => {
    const known = times.filter((at) => at !== null)
    return known.length === 0 ? null : Math.min(...known)
  }
  return {
    pending: outboxes.reduce((sum, { pending }) => sum + pending, 0),
    oldest_seconds: toAge(earliest(outboxes.map(({ oldestAt }) => oldestAt)), now),
    overdue_seconds: toAge(earliest(outboxes.map(({ dueAt }) => dueAt)), now),
  }
}

/** Whole seconds since `at`; 0 for what is still to come. */
function toAge(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(0, Math.floor((now - at) / 1000))
}

const toAccount = ({ account }: { readonly account: string }): string => account
