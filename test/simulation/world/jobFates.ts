// What can become of a job at a relay: how its order is answered, how long it takes, what it says when
// it is looked at, and whether a video must come of it.

import type { Chance } from '../kernel/chance.ts'
import type { Fate } from './fates.ts'
import type { Job, OddLook } from './jobPlan.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './measures.ts'

export type JobFate = Extract<Fate, { kind: 'job' }>

const plain: Job = {
  answer: 'its id',
  workMs: 10 * SECOND_MS,
  end: 'video',
  word: 'in_progress',
  looks: [],
  costShare: null,
  cancel: 'refused',
}

/** The longest that looks which learn nothing, and an outage, may hide an end from us. */
const HIDDEN_MS = 20 * MINUTE_MS

/** `totalMs`: how long a job may take. `gapMs`: how long its order waits for an answer. */
export function toJob(given: Partial<Job>, totalMs = 25 * MINUTE_MS, gapMs = 50): JobFate {
  const job = { ...plain, ...given }
  const isNamed = job.answer === 'its id'
  const isVideo = isNamed && (job.end === 'video' || job.end === 'video here')
  const isSoon = job.workMs + Math.min(HIDDEN_MS, 0.7 * totalMs) <= totalMs
  const promises = !isVideo ? 'any' : isSoon ? 'video' : job.workMs < 20 * HOUR_MS ? 'late' : 'any'
  return {
    kind: 'job',
    job,
    page: 'gone',
    gapMs,
    isBilled: true,
    promises,
    isUnknown: !isNamed || job.workMs > totalMs + HOUR_MS,
  }
}

export function drawJob(chance: Chance): JobFate {
  const isLate = chance.happens(0.2)
  const isLong = chance.happens(0.3)
  return toJob(
    {
      answer: chance.happens(0.85) ? 'its id' : chance.pick(['nothing', 'no id', 'an address']),
      workMs: isLate
        ? Math.floor(30 * MINUTE_MS + 25 * HOUR_MS * chance.next() ** 4)
        : chance.below(isLong ? 5 * MINUTE_MS : 20 * SECOND_MS),
      end: chance.happens(0.65)
        ? chance.pick(['video', 'video here'])
        : chance.pick(['fails', 'fails', 'is moderated', 'has no link']),
      word: chance.pick(['queued', 'in_progress', 'Thinking hard', 'REFINING']),
      looks: chance.happens(0.3)
        ? Array.from({ length: chance.below(6) }, () => chance.pick(oddLooks))
        : [],
      costShare: chance.happens(0.2) ? 0.5 : null,
      cancel: chance.fork('cancel').pick(cancels),
    },
    undefined,
    chance.happens(0.8) ? chance.below(2_000) : chance.below(60_000),
  )
}

const cancels: readonly [Job['cancel'], ...Job['cancel'][]] = [
  'says so',
  'deleted',
  'refused',
  'busy',
  'hangs',
  'breaks',
]

const oddLooks: readonly [OddLook, ...OddLook[]] = [
  'as it is',
  'hangs',
  'breaks',
  'unknown',
  'busy',
  'wrong key',
  'page',
]
