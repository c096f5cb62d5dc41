// The scripts of jobs, and of several relays: what each is about is said in its name.

import { HOUR_MS, MINUTE_MS, SECOND_MS } from './scenario.ts'
import type { Story } from './story.ts'
import { toDoubtful, toRefused, toSuccess } from './world/fates.ts'
import { toJob } from './world/jobFates.ts'

const hook = 'https://hook.example/1'
/** So long may a job take in the scripts of what comes late: few looks before, and many after. */
const jobMs = 30 * SECOND_MS
const late = { market: 'jobs', jobMs, hasEndpoint: true } as const
const toLate = (job: Parameters<typeof toJob>[0]) => toJob(job, jobMs)
const soon = toJob({ workMs: 8 * SECOND_MS })
const here = toJob({ workMs: 8 * SECOND_MS, end: 'video here', costShare: 0.5 })
const two = { market: 'chat, then jobs', callers: [{ webhook: hook }], hasEndpoint: true } as const
const failed = toDoubtful('error object', true)

export const jobStories = {
  'a job': { market: 'jobs', hasEndpoint: true, callers: [{ webhook: hook }], fates: [soon] },
  'a job on a slow disk': { market: 'jobs', callers: [{}], fates: [here], slowDiskShare: 1 },
  'a job whose relay keeps the video, in strange words': {
    market: 'jobs',
    callers: [{}],
    fates: [toJob({ workMs: 8 * SECOND_MS, end: 'video here', word: 'Refining the light' })],
  },
  'a job that is looked at in vain': {
    market: 'jobs',
    callers: [{}],
    fates: [
      toJob({ looks: ['hangs', 'breaks', 'unknown', 'busy', 'wrong key', 'page'], workMs: 0 }),
    ],
  },
  'a job that fails, paid by nobody': {
    market: 'jobs',
    callers: [{ idempotencyKey: 'one', deeds: [{ afterMs: MINUTE_MS, deed: 'again' }] }],
    fates: [toJob({ end: 'fails' })],
  },
  'a job that is moderated': {
    market: 'jobs',
    callers: [{ webhook: hook }],
    fates: [toJob({ end: 'is moderated' })],
  },
  'an order whose answer is lost': {
    market: 'jobs, then jobs',
    callers: [{ deeds: [{ afterMs: HOUR_MS, deed: 'again' }] }],
    fates: [toJob({ answer: 'nothing' })],
  },
  'an order that is answered without an id': {
    market: 'jobs, then jobs',
    callers: [{}],
    fates: [toJob({ answer: 'no id' })],
  },
  'a video after its time': {
    ...late,
    callers: [{ webhook: hook, deeds: [{ afterMs: 2 * HOUR_MS, deed: 'again' }] }],
    fates: [toLate({ workMs: 9 * MINUTE_MS, end: 'video here' })],
  },
  'a video after its time, and nobody asks again': {
    ...late,
    market: 'jobs, then jobs',
    callers: [{ webhook: hook }],
    fates: [toRefused('busy'), toLate({ workMs: 100 * SECOND_MS, costShare: 0.5 })],
  },
  'a failure after its time': {
    ...late,
    callers: [
      { idempotencyKey: 'one', webhook: hook, deeds: [{ afterMs: HOUR_MS, deed: 'again' }] },
    ],
    fates: [toLate({ workMs: 4 * MINUTE_MS, end: 'fails' }), soon],
  },
  'a failure after its time, and an operator before it': {
    ...late,
    callers: [{ deeds: [{ afterMs: 2 * MINUTE_MS, deed: 'charge' }] }],
    fates: [toLate({ workMs: 5 * MINUTE_MS, end: 'fails' })],
  },
  'a video after its time, deleted before it': {
    ...late,
    callers: [{ deeds: [{ afterMs: 2 * MINUTE_MS, deed: 'remove' }] }],
    fates: [toLate({ workMs: 3 * MINUTE_MS })],
  },
  'a job that never ends': { ...late, callers: [{}], fates: [toLate({ workMs: Infinity })] },
  'a job that is cancelled, and fails': {
    ...late,
    callers: [{ webhook: hook, deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toLate({ workMs: 90 * SECOND_MS, end: 'fails' })],
  },
  'a job that is cancelled, and is made': {
    ...late,
    callers: [{ webhook: hook, deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toLate({ workMs: 90 * SECOND_MS, costShare: 0.5 })],
  },
  'a job that is cancelled, and says so': {
    ...late,
    callers: [{ webhook: hook, deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toLate({ workMs: 90 * SECOND_MS, cancel: 'says so' })],
  },
  'a job that is cancelled when it is made': {
    market: 'jobs',
    callers: [{ deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toJob({ workMs: 2 * SECOND_MS, looks: ['busy', 'busy'], cancel: 'says so' })],
  },
  'a job that is cancelled, and deleted': {
    ...late,
    callers: [{ deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toLate({ workMs: 90 * SECOND_MS, cancel: 'deleted' })],
  },
  'a job that is cancelled at a relay that never answers': {
    ...late,
    callers: [{ deeds: [{ afterMs: 5 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toLate({ workMs: 20 * MINUTE_MS, end: 'fails', cancel: 'busy' })],
  },
  'cancelled before the order is answered': {
    ...late,
    callers: [{ deeds: [{ afterMs: 4 * SECOND_MS, deed: 'cancel' }] }],
    fates: [toJob({ workMs: 40 * SECOND_MS, end: 'fails' }, undefined, 9 * SECOND_MS)],
  },
  'the first is busy': { ...two, fates: [toRefused('busy'), soon] },
  'the first has no money, and is spared': {
    ...two,
    callers: [{}, { key: 'b', startMs: 5 * SECOND_MS }],
    fates: [toRefused('no money'), soon],
  },
  'cancelled while the account hears that the first has no money': {
    ...two,
    market: 'jobs, then jobs',
    callers: [{ deeds: [{ afterMs: 20 * SECOND_MS, deed: 'cancel' }] }],
    hungCalls: 1,
    fates: [toRefused('no money'), soon],
  },
  'the first takes it, and says that it has no money': {
    ...two,
    market: 'jobs, then jobs',
    fates: [toRefused('no money, said with a 200'), soon],
  },
  'the first cannot make it, and the second is not asked': {
    ...two,
    fates: [toRefused('bad request'), soon],
  },
  'the first does not know our key': {
    ...two,
    market: 'jobs, then jobs',
    fates: [toRefused('wrong key'), here],
  },
  'the first has no channel': { ...two, fates: [toRefused('no channel'), here] },
  'the first is not there': { ...two, fates: [toRefused('unreached'), soon] },
  'both are busy, then the second is not': {
    ...two,
    fates: [toRefused('busy for an hour'), toRefused('busy'), soon],
  },
  'the first is in doubt, and the second is not asked': { ...two, fates: [failed, soon] },
  'the first breaks off, and the second is not asked': {
    ...two,
    fates: [toDoubtful('reset', true), soon],
  },
  'the first is asked, and makes it': { ...two, fates: [toSuccess('D2', 3 * SECOND_MS)] },
  'both refuse for good': { ...two, fates: [toRefused('no money'), toRefused('bad request')] },
} satisfies Record<string, Story>
