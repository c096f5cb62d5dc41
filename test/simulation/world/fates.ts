// What can become of one paid POST. Each fate says for itself whether the relay bills it and whether
// a video must come of it, so that no check has to guess.

import type { Chance } from '../kernel/chance.ts'
import type { Job } from './jobPlan.ts'
import type { SpokenDialect } from './speech.ts'
import { speeches } from './speech.ts'

export type Refusal =
  | 'busy'
  | 'busy for 20 s'
  | 'busy for an hour'
  | 'unavailable for 5 s'
  | 'unreached'
  | 'wrong key'
  | 'no money'
  | 'no money, said with a 200'
  | 'no channel'
  | 'bad request'

interface Common {
  readonly isBilled: boolean
  /**
   * `video`: a video must come of it; `late`: within a day; `again`: another relay must be asked, or
   * this one again; `on`: only another one; `any`: no promise.
   */
  readonly promises: 'video' | 'late' | 'again' | 'on' | 'any'
  /** When no video came of it, nobody may claim to know what the relay did. */
  readonly isUnknown: boolean
  /** What the task's public page says in the end. */
  readonly page: 'completes' | 'fails' | 'runs' | 'gone'
  /** Between two pieces of the answer, ms. */
  readonly gapMs: number
}

export type Fate = Common &
  (
    | { readonly kind: 'refused'; readonly refusal: Refusal }
    | { readonly kind: 'status'; readonly status: number }
    | {
        readonly kind: 'answered'
        readonly dialect: SpokenDialect
        /** How many pieces of the answer arrive. */
        readonly pieces: number
        readonly ending: 'end' | 'break' | 'silence' | 'comments'
      }
    | { readonly kind: 'error object' | 'empty' | 'reset' | 'no headers' }
    | { readonly kind: 'job'; readonly job: Job }
  )

const dialectNames = ['D1', 'D2', 'D3'] as const

export function toSuccess(dialect: SpokenDialect, gapMs: number): Fate {
  const pieces = speeches[dialect].pieces.length
  const page = dialect === 'D1' ? 'completes' : 'gone'
  return {
    kind: 'answered',
    dialect,
    pieces,
    ending: 'end',
    gapMs,
    page,
    isBilled: true,
    promises: 'video',
    isUnknown: false,
  }
}

/** The answer stops after `pieces` of its pieces. */
export function toCut(
  dialect: SpokenDialect,
  pieces: number,
  ending: 'end' | 'break' | 'silence' | 'comments',
  page: Fate['page'],
  gapMs: number,
): Fate {
  const { withLink, withTask } = speeches[dialect]
  const isSaved = pieces >= withLink || (withTask > 0 && pieces >= withTask && page === 'completes')
  return {
    kind: 'answered',
    dialect,
    pieces,
    ending,
    page: dialect === 'D1' ? page : 'gone',
    gapMs,
    isBilled: true,
    promises: isSaved ? 'video' : 'any',
    isUnknown: dialect !== 'D1' || page !== 'fails',
  }
}

const retried: ReadonlySet<Refusal> = new Set([
  'busy',
  'busy for 20 s',
  'unavailable for 5 s',
  'unreached',
])

/** Says something about the request and nothing about the relay, or comes with a 2xx. */
const final: ReadonlySet<Refusal> = new Set(['bad request', 'no money, said with a 200'])

export function toRefused(refusal: Refusal): Fate {
  const promises = retried.has(refusal) ? 'again' : final.has(refusal) ? 'any' : 'on'
  return {
    kind: 'refused',
    refusal,
    page: 'gone',
    gapMs: 50,
    isBilled: false,
    promises,
    isUnknown: false,
  }
}

const doubts: readonly [Doubt, ...Doubt[]] = [
  'error object',
  'empty',
  'reset',
  'no headers',
  500,
  502,
  504,
  524,
]

export type Doubt = 'error object' | 'empty' | 'reset' | 'no headers' | 500 | 502 | 504 | 524

/** An answer that says nothing about whether the relay did the work. */
export function toDoubtful(what: Doubt, isBilled: boolean): Fate {
  const isUnknown = what !== 'error object'
  const common = { page: 'gone', gapMs: 100, isBilled, promises: 'any', isUnknown } as const
  return typeof what === 'number'
    ? { kind: 'status', status: what, ...common }
    : { kind: what, ...common }
}

export function drawRefusal(chance: Chance): Fate {
  return toRefused(chance.pick(refusals))
}

const refusals: readonly [Refusal, ...Refusal[]] = [
  'busy',
  'busy for 20 s',
  'busy for an hour',
  'unavailable for 5 s',
  'unreached',
  'wrong key',
  'no money',
  'bad request',
]

export function drawDoubt(chance: Chance): Fate {
  return toDoubtful(chance.pick(doubts), chance.happens(0.6))
}

/** Draws a fate: a video in about four of ten. In a rush there are more failures, and no waiting. */
export function drawFate(chance: Chance, isRush: boolean): Fate {
  if (isRush && chance.happens(0.6))
    return toDoubtful(chance.pick<Doubt>(['error object', 502]), true)
  const gapMs = isRush || chance.happens(0.6) ? chance.below(2_000) : chance.below(100_000)
  const dialect = chance.pick(dialectNames)
  const drawn = chance.next()
  if (drawn < 0.4) return toSuccess(dialect, gapMs)
  if (drawn < 0.6) {
    return drawRefusal(chance)
  }
  if (drawn < 0.75) {
    return drawDoubt(chance)
  }
  return toCut(
    dialect,
    chance.below(speeches[dialect].pieces.length),
    chance.pick(['end', 'break', 'silence', 'comments']),
    chance.pick(['completes', 'completes', 'fails', 'runs', 'gone']),
    gapMs,
  )
}
