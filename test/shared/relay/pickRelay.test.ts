// Which relay is asked next: another only when surely nothing began, the same again only when nobody
// is left.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  pickRelay,
  toTried,
  type PickOptions,
  type Tried,
} from '../../../shared/relay/pickRelay.ts'
import { failures, type Failure, type FailureCode } from '../../../shared/video/failures.ts'

const refusal = (code: FailureCode, more: Partial<Failure> = {}): Failure => ({
  code,
  message: '',
  charge: 'none',
  outcome: 'known',
  refused: true,
  ...more,
})

const pick = (asked: readonly (readonly [string, Failure])[], more: Partial<PickOptions> = {}) =>
  pickRelay({
    now: 1000,
    candidates: ['a', 'b', 'c'],
    tried: asked.map(([relay, failure]) => toTried(relay, failure, 1000)),
    failure: asked.at(-1)?.[1] ?? refusal('auth'),
    isTaken: false,
    repeats: 0,
    maxRepeats: 2,
    maxWaitMs: 60_000,
    backoffMs: () => 500,
    ...more,
  })

test.each<FailureCode>(['rate_limited', 'quota', 'auth', 'no_channel', 'upstream_unavailable'])(
  'after %s the next one is asked at once',
  (code) => {
    const next = { do: 'send', relay: 'b', at: 1000, isRepeat: false }
    expect(pick([['a', refusal(code, { retryAfterMs: 30_000 })]])).toEqual(next)
  },
)

test.each<FailureCode>(['invalid_request', 'content_policy', 'upstream_error', 'not_a_video'])(
  'after %s nobody is asked: another would say the same',
  (code) => expect(pick([['a', refusal(code)]])).toEqual({ do: 'give up' }),
)

test('when nobody is left, the last one that was only busy is asked again, after its own wait', () => {
  const busy = refusal('rate_limited', { retryAfterMs: 7000 })
  const asked = [
    ['a', refusal('no_channel')],
    ['b', busy],
    ['c', refusal('auth')],
  ] as const
  expect(pick(asked)).toEqual({ do: 'send', relay: 'b', at: 8000, isRepeat: true })
  expect(pick(asked, { repeats: 2 })).toEqual({ do: 'give up' })
  expect(pick(asked, { maxWaitMs: 5000 })).toEqual({ do: 'give up' })
})

test('after a 2xx nobody is asked, whatever is said of its cost', () => {
  const busy = refusal('rate_limited')
  expect(pick([['a', busy]], { isTaken: true })).toEqual({ do: 'give up' })
})

test('a relay that is suspended is not among the candidates, and is not asked', () => {
  expect(pick([['a', refusal('auth')]], { candidates: ['a', 'c'] })).toMatchObject({ relay: 'c' })
  expect(pick([['a', refusal('auth')]], { candidates: [] })).toEqual({ do: 'give up' })
})

const anyFailure = fc.record({
  code: fc.constantFrom(...(Object.keys(failures) as FailureCode[])),
  message: fc.constant(''),
  charge: fc.constantFrom('none', 'possible', 'certain'),
  outcome: fc.constantFrom('known', 'unknown'),
  refused: fc.boolean(),
} as const)

test('nobody is asked once something may have been billed', () => {
  const tried: fc.Arbitrary<Tried[]> = fc.array(
    fc.record({
      relay: fc.constantFrom('a', 'b'),
      code: fc.constantFrom('rate_limited', 'auth'),
      retryAt: fc.constant(null),
      mayRepeat: fc.boolean(),
    }),
  )
  fc.assert(
    fc.property(anyFailure, tried, (failure, before) => {
      fc.pre(failure.charge !== 'none')
      expect(pick([], { failure, tried: before }).do).toBe('give up')
    }),
  )
})

test('however they refuse, asking ends: each once, and the repeats that are allowed', () => {
  fc.assert(
    fc.property(fc.array(anyFailure, { minLength: 20, maxLength: 20 }), (refusals) => {
      const asked: [string, Failure][] = []
      let repeats = 0
      let relay: string | null = 'a'
      for (const failure of refusals) {
        if (relay === null) break
        asked.push([relay, failure])
        const next = pick(asked, { repeats })
        if (next.do === 'send' && next.isRepeat) repeats += 1
        relay = next.do === 'send' ? next.relay : null
      }
      expect(relay).toBeNull()
      expect(asked.length).toBeLessThanOrEqual(3 + 2)
    }),
  )
})
