import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideContent, parseRange, type ByteRange } from '../../worker/http/range.ts'

const range = (start: number, end: number): ByteRange => ({ kind: 'range', start, end })
const ignored = { kind: 'ignored' } as const
const unsatisfiable = { kind: 'unsatisfiable' } as const

describe('parseRange', () => {
  test.each<[string | null, ByteRange]>([
    [null, { kind: 'none' }],
    ['bytes=0-0', range(0, 0)],
    ['bytes=0-', range(0, 99)],
    ['bytes=99-', range(99, 99)],
    ['bytes=10-19', range(10, 19)],
    ['Bytes=10-19', range(10, 19)],
    ['bytes=-1', range(99, 99)],
    ['bytes=-100', range(0, 99)],
    ['bytes=-101', range(0, 99)],
    ['bytes=0-99999999999', range(0, 99)],
    ['bytes=007-0008', range(7, 8)],
    ['bytes=-0', unsatisfiable],
    ['bytes=100-', unsatisfiable],
    ['bytes=100-200', unsatisfiable],
    ['bytes=99999999999999999999-', unsatisfiable],
    ['bytes=5-4', ignored],
    ['bytes=200-100', ignored],
    ['bytes=0-0,2-3', ignored],
    ['bytes=0-0, -1', ignored],
    ['bytes=-', ignored],
    ['bytes=', ignored],
    ['bytes', ignored],
    ['', ignored],
    ['bytes=a-b', ignored],
    ['bytes=0x1-2', ignored],
    ['bytes=1.0-2', ignored],
    ['bytes=--1', ignored],
    ['bytes=+1-2', ignored],
    ['bytes= 0-1', ignored],
    ['bytes=0 - 1', ignored],
    ['bytes=٠-١', ignored],
    ['items=0-1', ignored],
    [`bytes=${'0'.repeat(100_000)}-1`, ignored],
  ])('reads %j of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected)
  })

  test.each([['bytes=0-'], ['bytes=0-0'], ['bytes=-1']])(
    'finds nothing of %s in an empty object',
    (header) => {
      expect(parseRange(header, 0)).toEqual(unsatisfiable)
    },
  )

  test('never leaves the object', () => {
    const bound = fc.oneof(fc.constant(''), fc.nat({ max: 300 }).map(String))
    fc.assert(
      fc.property(bound, bound, fc.nat({ max: 200 }), (first, last, size) => {
        const result = parseRange(`bytes=${first}-${last}`, size)
        if (result.kind !== 'range') return
        expect(result.start).toBeGreaterThanOrEqual(0)
        expect(result.start).toBeLessThanOrEqual(result.end)
        expect(result.end).toBeLessThan(size)
      }),
      { numRuns: 1_000 },
    )
  })
})

const lastModified = 'Mon, 23 Nov 2026 10:00:00 GMT'
// Stores keep milliseconds, HTTP does not.
const content = { etag: '"abc"', lastModifiedAt: Date.parse(lastModified) + 789, size: 100 }
const earlier = 'Mon, 23 Nov 2026 09:59:59 GMT'
const later = 'Mon, 23 Nov 2026 10:00:01 GMT'

const decide = (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
  decideContent({ method, headers: new Headers(headers) }, content)

const part = { status: 206, start: 10, end: 19, contentRange: 'bytes 10-19/100' }

describe('decideContent', () => {
  test('gives everything when nothing is asked', () => {
    expect(decide({})).toEqual({ status: 200 })
  })

  test('gives one range and names it', () => {
    expect(decide({ range: 'bytes=10-19' })).toEqual(part)
  })

  test('says how long the object is when a range lies behind its end', () => {
    expect(decide({ range: 'bytes=100-' })).toEqual({ status: 416, contentRange: 'bytes */100' })
  })

  test.each(['bytes=5-4', 'bytes=0-1,3-4', 'lines=1-2'])('gives everything for %s', (value) => {
    expect(decide({ range: value })).toEqual({ status: 200 })
  })

  test('gives the headers of everything when HEAD asks for a range', () => {
    expect(decide({ range: 'bytes=10-19' }, 'HEAD')).toEqual({ status: 200 })
    expect(decide({ range: 'bytes=100-' }, 'HEAD')).toEqual({ status: 200 })
  })

  test.each([
    ['the same tag', '"abc"', 206],
    ['another tag', '"old"', 200],
    ['the same tag, but weak', 'W/"abc"', 200],
    ['a list of tags', '"abc", "old"', 200],
    ['the same date', lastModified, 206],
    ['a later date', later, 200],
    ['an earlier date', earlier, 200],
    ['something else', 'abc', 200],
  ])('continues a download If-Range is %s: %s → %s', (_, value, status) => {
    expect(decide({ range: 'bytes=10-19', 'if-range': value }).status).toBe(status)
  })

  test('does not judge a range that If-Range has dropped', () => {
    expect(decide({ range: 'bytes=100-', 'if-range': '"old"' })).toEqual({ status: 200 })
  })

  test.each([
    ['if-none-match', '"abc"', 304],
    ['if-none-match', 'W/"abc"', 304],
    ['if-none-match', '"x", "abc" ,"y"', 304],
    ['if-none-match', '*', 304],
    ['if-none-match', '"x"', 200],
    ['if-none-match', 'abc', 200],
    ['if-modified-since', lastModified, 304],
    ['if-modified-since', later, 304],
    ['if-modified-since', earlier, 200],
    ['if-modified-since', 'yesterday', 200],
    ['if-modified-since', '2027', 200],
    ['if-match', '"abc"', 200],
    ['if-match', '"x", "abc"', 200],
    ['if-match', '*', 200],
    ['if-match', '"x"', 412],
    ['if-match', 'W/"abc"', 412],
    ['if-unmodified-since', lastModified, 200],
    ['if-unmodified-since', earlier, 412],
    ['if-unmodified-since', 'nonsense', 200],
  ])('answers %s: %s with %s', (name, value, status) => {
    expect(decide({ [name]: value }).status).toBe(status)
    expect(decide({ [name]: value }, 'HEAD').status).toBe(status)
  })

  test.each<[string, Record<string, string>, number]>([
    [
      'If-Match before If-Unmodified-Since',
      { 'if-match': '"abc"', 'if-unmodified-since': earlier },
      200,
    ],
    ['If-Match before If-None-Match', { 'if-match': '"x"', 'if-none-match': '"abc"' }, 412],
    [
      'If-None-Match before If-Modified-Since',
      { 'if-none-match': '"x"', 'if-modified-since': later },
      200,
    ],
    ['conditions before the range', { 'if-none-match': '"abc"', range: 'bytes=100-' }, 304],
  ])('asks %s', (_, headers, status) => {
    expect(decide(headers).status).toBe(status)
  })

  test('lets a client put an object together from 200 random plans', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(5_000))
    const digest = async (data: Uint8Array<ArrayBuffer>) =>
      Buffer.from(await crypto.subtle.digest('SHA-256', data)).toString('hex')
    const expected = await digest(bytes)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1_500 })), async (steps) => {
        const whole = new Uint8Array(bytes.length)
        let position = 0
        for (const step of [...steps, bytes.length]) {
          if (position >= bytes.length) break
          const headers = new Headers({ range: `bytes=${position}-${position + step - 1}` })
          const object = { ...content, size: bytes.length }
          const decision = decideContent({ method: 'GET', headers }, object)
          if (decision.status !== 206) throw new Error(`status ${decision.status}`)
          whole.set(bytes.subarray(decision.start, decision.end + 1), position)
          position = decision.end + 1
        }
        expect(await digest(whole)).toBe(expected)
      }),
      { numRuns: 200 },
    )
  })
})
