// Which relay is asked next, and when. Another one only after a refusal that surely began no work and
// that another could do better; one that was asked already only when nobody else is left and waiting
// may help.

import { mayRepeat, opensBreaker, type Failure, type FailureCode } from '../video/failures.ts'

/** A refusal, as far as it decides what follows it. */
export interface Tried {
  readonly relay: string
  readonly code: FailureCode
  /** ms since the epoch before which it does not want to be asked; null when it did not say. */
  readonly retryAt: number | null
  /** It may be asked again: it recognisably did nothing, and waiting may help. */
  readonly mayRepeat: boolean
  /** It would refuse the account's next request, too. Absent where an older release wrote it. */
  readonly opensBreaker?: boolean
}

export type Pick =
  | { readonly do: 'send'; readonly relay: string; readonly at: number; readonly isRepeat: boolean }
  | { readonly do: 'give up' }

/** Refusals that say something about this relay and nothing about the request. */
const passable: ReadonlySet<FailureCode> = new Set([
  'rate_limited',
  'quota',
  'auth',
  'no_channel',
  'upstream_unavailable',
])

export interface PickOptions {
  readonly now: number
  /** In order of preference; those that are suspended are not among them. */
  readonly candidates: readonly string[]
  /** Everyone asked so far, in order. */
  readonly tried: readonly Tried[]
  /** How the last one refused. */
  readonly failure: Failure
  /** It had answered with a 2xx: what it says of the cost is for the books, and nobody else is asked. */
  readonly isTaken: boolean
  /** How often one has been asked again already. */
  readonly repeats: number
  readonly maxRepeats: number
  /** The longest wait before a repeat, ms. */
  readonly maxWaitMs: number
  /** For a relay that says nothing about how long to wait, ms. */
  readonly backoffMs: () => number
}

export function toTried(relay: string, failure: Failure, now: number): Tried {
  const { code, retryAfterMs } = failure
  const retryAt = retryAfterMs === undefined ? null : now + retryAfterMs
  const opens = opensBreaker(failure)
  return {
    relay,
    code,
    retryAt,
    mayRepeat: mayRepeat(failure),
    ...(opens && { opensBreaker: true }),
  }
}

export function pickRelay(options: PickOptions): Pick {
  const { now, candidates, tried, failure, isTaken, repeats, maxRepeats, maxWaitMs } = options
  if (isTaken || failure.charge !== 'none' || !passable.has(failure.code)) return { do: 'give up' }
  const fresh = candidates.find((relay) => !tried.some((one) => one.relay === relay))
  if (fresh !== undefined) return { do: 'send', relay: fresh, at: now, isRepeat: false }
  // What a relay said last counts: one that was busy and is out of money now is not asked again.
  const isLatest = (one: Tried) => one === tried.findLast(({ relay }) => relay === one.relay)
  const again = tried.findLast((one) => one.mayRepeat && isLatest(one))
  if (again === undefined || repeats >= maxRepeats) return { do: 'give up' }
  const at = Math.max(now, again.retryAt ?? now + options.backoffMs())
  if (at - now > maxWaitMs) return { do: 'give up' }
  return { do: 'send', relay: again.relay, at, isRepeat: true }
}
