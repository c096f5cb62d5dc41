// GET /admin/overview: how the gateway does now, and how each relay did in the last 24 hours. Put together
// from the accounts that were used last; the figures of relays from Analytics Engine, where it can be
// asked. It says which, and how many accounts those were.

import { settleWithin } from '../../../shared/limits.ts'
import { type FailureCode, failures as failureTable } from '../../../shared/video/failures.ts'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import type { AccountOverview, RelayEnd } from '../../account/overview.ts'
import type { Env } from '../../env.ts'
import { getAccount, getDirectory } from '../../objects.ts'
import { countEnds, type EndCount } from '../../platform/analytics.ts'
import { sleep } from '../../platform/platform.ts'
import type { Relay } from '../../settings/relays.ts'
import type { AdminOverview } from '../answers.ts'
import type { AppContext } from '../context.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { probeRelay } from './health.ts'
import { toUsd } from '../usd.ts'

const DAY_MS = 24 * 60 * 60_000
const MOST_ACCOUNTS = 100
/** An account, or a relay, that does not answer by then is told as not reached. */
const ASK_MS = 5_000
/** A page that asks every few seconds must not become a load for the relay. */
const REMEMBER_MS = 30_000

const probed = new Map<string, { readonly state: string; readonly until: number }>()

export async function getOverview(context: AppContext): Promise<Response> {
  const { env } = context
  const { relays, analytics } = context.var.gateway.config
  const since = Date.now() - DAY_MS
  const accounts = await getDirectory(env).lastActive(MOST_ACCOUNTS + 1)
  const [counts, states, overviews] = await Promise.all([
    analytics === null ? null : countEnds(analytics),
    Promise.all(relays.map(probe)),
    Promise.all(accounts.slice(0, MOST_ACCOUNTS).map((account) => ask(env, account, since))),
  ])
  const asked = overviews.filter((one) => one !== null)
  const sum = (read: (one: AccountOverview) => number) =>
    asked.reduce((total, one) => total + read(one), 0)
  const ends = asked.flatMap((one) => one.ends)
  const answer: FromSchema<typeof AdminOverview> = {
    object: 'admin.overview',
    source: counts === null ? 'accounts' : 'analytics',
    accounts: {
      asked: asked.length,
      not_reached: overviews.length - asked.length,
      are_all: accounts.length <= MOST_ACCOUNTS,
    },
    since: toUnixSeconds(since),
    running: sum(({ running }) => running),
    held_usd: toUsd(sum(({ held }) => held)),
    in_doubt_usd: toUsd(sum(({ inDoubt }) => inDoubt)),
    spent_today_usd: toUsd(sum(({ spentToday }) => spentToday)),
    relays: relays.map(({ id, kind }, index) => ({
      id,
      kind,
      state: states[index] ?? 'not reached',
      suspended_accounts: asked.filter(({ suspended }) => suspended.includes(id)).length,
      ...(counts === null
        ? toFigures(ends.filter(({ relay }) => relay === id))
        : addUp(counts.filter(({ relay }) => relay === id))),
    })),
  }
  return context.json(answer)
}

/** null when it did not answer, or is gone. */
async function ask(env: Env, account: string, since: number): Promise<AccountOverview | null> {
  try {
    const answer = getAccount(env, account).overview(since)
    return await settleWithin({ now: Date.now, sleep }, 'account', ASK_MS, answer)
  } catch {
    return null
  }
}

async function probe(relay: Relay): Promise<string> {
  const known = probed.get(relay.baseUrl)
  if (known !== undefined && known.until > Date.now()) return known.state
  const state = await settleWithin(
    { now: Date.now, sleep },
    'relay',
    ASK_MS,
    probeRelay(relay),
  ).catch(() => 'not reached')
  probed.set(relay.baseUrl, { state, until: Date.now() + REMEMBER_MS })
  return state
}

function toFigures(ends: readonly RelayEnd[]) {
  const completed = ends.filter(({ code }) => code === null)
  const failures: Partial<Record<FailureCode, number>> = {}
  for (const { code } of ends) if (code !== null) failures[code] = (failures[code] ?? 0) + 1
  const times = completed.flatMap(({ runningMs }) => (runningMs === null ? [] : [runningMs]))
  times.sort((one, other) => one - other)
  return {
    completed: completed.length,
    failed: ends.length - completed.length,
    success_rate: ends.length === 0 ? null : completed.length / ends.length,
    p50_seconds: toPercentile(times, 0.5),
    p95_seconds: toPercentile(times, 0.95),
    failures,
  }
}

/** The same of what was counted elsewhere. */
function addUp(counts: readonly EndCount[]) {
  const done = counts.find(({ code }) => code === 'completed')
  const completed = done?.count ?? 0
  const failures: Partial<Record<FailureCode, number>> = {}
  for (const code of Object.keys(failureTable) as FailureCode[]) {
    const found = counts.find((one) => one.code === code)
    if (found !== undefined) failures[code] = found.count
  }
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  const ended = completed + failed
  return {
    completed,
    failed,
    success_rate: ended === 0 ? null : completed / ended,
    p50_seconds: done === undefined ? null : done.p50Ms / 1000,
    p95_seconds: done === undefined ? null : done.p95Ms / 1000,
    failures,
  }
}

/** The nearest rank; null of none. */
function toPercentile(sorted: readonly number[], share: number): number | null {
  const ms = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  return ms === undefined ? null : ms / 1000
}
