// What a log line tells of an error: all of ours, and nothing that somebody else may have put into it.

import { describe, expect, test } from 'vitest'
import { Impossible } from '../../shared/impossible.ts'
import { LimitReached } from '../../shared/limits.ts'
import { ObjectUnreached } from '../../worker/objects.ts'
import { OutboundError } from '../../worker/outbound/outboundError.ts'
import { tellError } from '../../worker/report/tellError.ts'

const SECRET = 'canary-77aa'

describe('told with its message', () => {
  test.each([
    ['our own mistake', new Impossible('settle before the end'), 'Impossible'],
    ['a limit that passed', new LimitReached('store', 60_000), 'LimitReached'],
    ['a column that is not there', new Error('no such column: relay: SQLITE_ERROR'), 'Error'],
    [
      'a row that may not be',
      new Error(
        'UNIQUE constraint failed: generation.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)',
      ),
      'Error',
    ],
    ['a reset', new Error('Durable Object reset because its code was updated.'), 'Error'],
    [
      'something that is not there',
      new TypeError("Cannot read properties of undefined (reading 'url')"),
      'TypeError',
    ],
  ])('%s', (_, error, name) => {
    expect(tellError(error)).toMatchObject({ error: name, message: error.message })
  })

  test('and with what the platform said about a call that was lost', () => {
    const lost = new ObjectUnreached(new Error('Network connection lost.'), false)
    expect(tellError(lost)).toMatchObject({
      error: 'ObjectUnreached',
      message: 'object not reached',
      cause: { error: 'Error', message: 'Network connection lost.' },
    })
  })
})

describe('told by its class', () => {
  const parse = () => {
    try {
      return JSON.parse(`{"a": ${SECRET}`) as unknown
    } catch (error) {
      return error
    }
  }
  test.each([
    ['JSON that quotes its input', parse(), 'SyntaxError'],
    [
      'a fetch that names its address',
      new TypeError(`cannot load: https://${SECRET}`),
      'TypeError',
    ],
    ['a time zone', new RangeError(`Invalid time zone specified: ${SECRET}`), 'RangeError'],
    ['R2', new Error(`put: ${SECRET} (10001)`), 'Error'],
    ['words that only end like SQL', new SyntaxError(`${SECRET}: SQLITE_ERROR`), 'SyntaxError'],
    ['a host', new OutboundError('refused', `${SECRET} was refused.`), 'OutboundError'],
    ['a class with a name from outside', named(`x ${SECRET}`), 'Error'],
    ['what is no error', SECRET, 'string'],
  ])('%s', (_, error, name) => {
    const told = tellError(error)
    expect(told.error).toBe(name)
    expect(told.message).toBeUndefined()
    expect(JSON.stringify(told)).not.toContain(SECRET)
  })

  test('however deep it lies', () => {
    const error = new Impossible('a step', { cause: new Error(SECRET, { cause: SECRET }) })
    const told = JSON.stringify(tellError(error))
    expect(told).toContain('a step')
    expect(told).not.toContain(SECRET)
  })
})

test('places are told without folders, and a message cannot pass for one', () => {
  const error = new Error(`boom\n    at ${SECRET}\n    at look (https://host/${SECRET}?a=1)`)
  const { stack } = tellError(error)
  expect(stack?.length).toBeGreaterThan(0)
  expect(stack?.[0]).toMatch(/tellError\.test\.ts:\d+:\d+/)
  expect(JSON.stringify(stack)).not.toMatch(new RegExp(`${SECRET}|/`))
})

function named(name: string): Error {
  return Object.assign(new Error('x'), { name })
}
