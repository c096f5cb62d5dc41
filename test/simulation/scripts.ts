// Short stories in which every single place is tried where a life can end, and every message that can
// be late, one at a time. Everything else in them is fixed: what the relay does, who calls when.

import { Chance } from './kernel/chance.ts'
import type { CallerPlan, Scenario } from './scenario.ts'
import {
  allInTime,
  DAY_MS,
  HOUR_MS,
  LONGEST_MS,
  MINUTE_MS,
  oneClock,
  SECOND_MS,
  takesAll,
  toLimits,
} from './scenario.ts'
import { jobStories } from './jobStories.ts'
import type { Fate } from './world/fates.ts'
import { toCut, toDoubtful, toRefused, toSuccess } from './world/fates.ts'
import type { Story } from './story.ts'

const video = toSuccess('D2', 5 * SECOND_MS)
const look = { afterMs: 200, deed: 'look' } as const
const withPage = (pieces: number, page: Fate['page']) => toCut('D1', pieces, 'break', page, 3_000)

const stories = {
  'one video': { callers: [{ webhook: 'https://hook.example/1' }], fates: [video] },
  'one video on a slow disk': { callers: [{}], fates: [video], slowDiskShare: 1 },
  'a video with a task page': { callers: [{}], fates: [toSuccess('D1', 20 * SECOND_MS)] },
  'refused twice, then a video': {
    callers: [{}],
    fates: [toRefused('busy'), toRefused('unavailable for 5 s'), video],
  },
  'refused for good': {
    callers: [{ idempotencyKey: 'one', deeds: [{ afterMs: MINUTE_MS, deed: 'again' }] }],
    fates: [toRefused('bad request')],
  },
  'a doubtful answer, and the same request again': {
    callers: [
      { deeds: [{ afterMs: MINUTE_MS, deed: 'again' }] },
      { startMs: HOUR_MS, acceptPossibleCharge: true },
    ],
    fates: [toDoubtful(504, true)],
  },
  'a connection lost before any answer': { callers: [{}], fates: [toDoubtful('reset', true)] },
  'cut, and the task page knows': { callers: [{}], fates: [withPage(3, 'completes')] },
  'cut, and the task page knows of a failure': { callers: [{}], fates: [withPage(3, 'fails')] },
  'cut behind the link, stored in parts': {
    callers: [{}],
    fates: [toCut('D2', 5, 'break', 'gone', 2_000)],
    partBytes: 32,
  },
  'download and store fail at first': {
    callers: [{}],
    fates: [video],
    downloads: ['not yet', 'cut', 'short', 'ok'],
    storeFailures: 2,
    partBytes: 32,
  },
  'the file comes late, archived by hand': {
    callers: [{ deeds: [{ afterMs: HOUR_MS, deed: 'archive' }] }],
    fates: [video],
    downloads: [...Array.from({ length: 45 }, () => 'unreachable' as const), 'ok'],
    mayLoseArchive: true,
  },
  'a dead link, archived by hand while its end is settled': {
    callers: [{ deeds: [{ afterMs: 50 * SECOND_MS, deed: 'archive' }] }],
    fates: [video],
    downloads: ['gone', 'ok'],
    mayLoseArchive: true,
  },
  'the store is away for hours': {
    callers: [{}],
    fates: [video],
    storeDeadMs: 5 * HOUR_MS,
    mayLoseArchive: true,
  },
  'the store does not answer, in parts': {
    callers: [{}],
    fates: [video],
    storeHangs: 5,
    partBytes: 32,
  },
  'the store does not answer for hours': {
    callers: [{}],
    fates: [video],
    storeHangs: 100,
    mayLoseArchive: true,
  },
  'the account does not answer': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [video],
    hungCalls: 8,
  },
  'the first two alarms are lost': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [toSuccess('D1', 20 * SECOND_MS)],
    alarms: { late: 0, lost: 2, share: 1 },
  },
  'a bad setting is deployed for ten minutes': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [toSuccess('D1', 20 * SECOND_MS)],
    broken: { atMs: 65 * SECOND_MS, forMs: 10 * MINUTE_MS },
  },
  'the disk is full for three writes': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [toSuccess('D1', 20 * SECOND_MS)],
    storage: { full: 3, refusedAlarms: 0, share: 0.2 },
  },
  'two alarms are not taken': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [toSuccess('D1', 20 * SECOND_MS)],
    storage: { full: 0, refusedAlarms: 2, share: 0.3 },
  },
  'a request that is too long for a row': {
    callers: [{ key: 'long', promptChars: 1_100_000 }, {}],
    fates: [video],
  },
  'the clocks are apart, and one steps back': {
    callers: [{ webhook: 'https://hook.example/1', deeds: [{ afterMs: HOUR_MS, deed: 'again' }] }],
    fates: [toSuccess('D1', 20 * SECOND_MS)],
    clocks: {
      apartMs: 5 * MINUTE_MS,
      aheadMs: (name, elapsedMs) =>
        name === 'account' ? 2 * MINUTE_MS : elapsedMs < 50 * SECOND_MS ? 5 * MINUTE_MS : 0,
    },
  },
  'cancelled in the middle': {
    callers: [{ deeds: [{ afterMs: 12 * SECOND_MS, deed: 'cancel' }] }],
    fates: [video],
  },
  'cancelled behind the link': {
    callers: [{ deeds: [{ afterMs: 27 * SECOND_MS, deed: 'cancel' }] }],
    fates: [video],
  },
  'three callers at once': {
    callers: [{ idempotencyKey: 'one' }, { idempotencyKey: 'one' }, {}],
    fates: [video],
  },
  'failed at once, deleted at once, asked for again': {
    callers: [
      {
        idempotencyKey: 'one',
        deeds: [
          { afterMs: 2 * SECOND_MS, deed: 'remove' },
          { afterMs: SECOND_MS, deed: 'again' },
        ],
      },
      // Joins while it runs; its `start` may be on the way for longer than all of that.
      { startMs: 60, idempotencyKey: 'one' },
      { startMs: 3 * SECOND_MS },
    ],
    fates: [toDoubtful('error object', true)],
  },
  'deleted on a slow disk, under many eyes': {
    callers: [
      { deeds: [{ afterMs: 6 * MINUTE_MS, deed: 'remove' }] },
      { startMs: 6 * MINUTE_MS, deeds: Array.from({ length: 40 }, () => look) },
    ],
    fates: [toDoubtful(502, true)],
    slowDiskShare: 1,
  },
  'told at the third try': {
    callers: [{ webhook: 'https://hook.example/1' }],
    fates: [video],
    webhookRefusals: 2,
  },
  'asked again at one address, while a failure is being settled': {
    callers: [
      { webhook: 'https://hook.example/1' },
      { startMs: 2 * SECOND_MS, webhook: 'https://hook.example/1' },
    ],
    fates: [toRefused('bad request')],
  },
  'six messages for one slow receiver': {
    callers: ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({
      key,
      webhook: `https://hook.example/${key}`,
    })),
    fates: [toRefused('bad request')],
    webhookMs: 14 * SECOND_MS,
  },
  'four slow files, and room for one': {
    callers: ['a', 'b', 'c', 'd'].map((key) => ({ key })),
    fates: [video],
    downloads: ['slow'],
    archivesAtOnce: 1,
  },
  ...jobStories,
} satisfies Record<string, Story>

export type ScriptName = keyof typeof stories

export const scriptNames = Object.keys(stories) as ScriptName[]

/** What goes wrong in a script: places where a life ends, messages that take very long. */
export interface Mishap {
  readonly crashes?: readonly number[]
  readonly lates?: readonly number[]
}

export function toScript(name: ScriptName, { crashes = [], lates = [] }: Mishap): Scenario {
  const story: Story = stories[name]
  const chance = new Chance(name)
  const retentionMs = 2 * DAY_MS
  const { fates, downloads = ['ok'] } = story
  return {
    name,
    kernel: {
      chance,
      crashes: { places: new Set(crashes), probability: 0, budget: 0 },
      latencyMs: 20,
      lateShare: 0,
      lateMessages: new Set(lates),
      slowDiskShare: story.slowDiskShare ?? 0,
    },
    settings: {
      cacheTtlMs: retentionMs,
      retentionMs,
      breaker: true,
      writesPerMinute: 300,
      longestMs: LONGEST_MS,
    },
    limits: toLimits(retentionMs),
    partBytes: story.partBytes ?? 4096,
    archivesAtOnce: story.archivesAtOnce ?? 5,
    budget: null,
    doubleAlarmShare: 0,
    lostCallShare: 0,
    hungCalls: story.hungCalls ?? 0,
    alarms: story.alarms ?? allInTime,
    storage: story.storage ?? takesAll,
    clocks: story.clocks ?? oneClock,
    market: story.market ?? 'chat',
    jobMs: story.jobMs,
    hasEndpoint: story.hasEndpoint ?? false,
    fateOf: (_id, post) => fates[Math.min(post, fates.length - 1)] ?? fates[0],
    downloadOf: (_id, download) => downloads[Math.min(download, downloads.length - 1)] ?? 'ok',
    store: {
      deadMs: story.storeDeadMs ?? 0,
      failures: story.storeFailures ?? 0,
      hangs: story.storeHangs ?? 0,
    },
    mayLoseArchive: story.mayLoseArchive ?? false,
    webhookRefusals: story.webhookRefusals ?? 0,
    webhookMs: story.webhookMs ?? 0,
    callers: story.callers.map((caller) => ({ ...plain, ...caller })),
    outlivesTombstones: true,
    deploysMs: [],
    broken: story.broken ?? null,
  }
}

const plain: CallerPlan = {
  startMs: 0,
  key: 'a',
  promptChars: 0,
  directive: 'none',
  acceptPossibleCharge: false,
  idempotencyKey: null,
  webhook: null,
  deeds: [],
}
