import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { toSha256 } from '../../shared/wire/bytes.ts'
import { createApiKey, isAccountId, parseApiKey } from '../../worker/proofs/apiKey.ts'
import { createBase62, toBase62 } from '../../worker/proofs/base62.ts'
import { isSameSecret } from '../../worker/proofs/isSameSecret.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('isAccountId', () => {
  test.each([
    ['a', true],
    ['acme', true],
    ['Acme-2', true],
    ['a--b', true],
    ['x'.repeat(40), true],
    ['x'.repeat(41), false],
    ['', false],
    ['-a', false],
    ['a-', false],
    ['-', false],
    ['a_b', false],
    ['a.b', false],
    ['é', false],
    ['a\n', false],
  ])('judges %j as %s', (text, expected) => {
    expect(isAccountId(text)).toBe(expected)
  })
})

describe('createApiKey', () => {
  test.each(['a', 'acme', 'a-b-c', 'x'.repeat(40)])(
    'makes a key of %s that parses back',
    (account) => {
      for (let round = 0; round < 100; round += 1) {
        const key = createApiKey(random, account)
        expect(key).toMatch(/^rk_[A-Za-z0-9-]+_[0-9A-Za-z]{38}$/)
        expect(parseApiKey(key)).toEqual({ account })
      }
    },
  )

  test('ends in the CRC-32 that zip uses, so that scanners can check it', () => {
    const key = createApiKey(random, 'acme')
    const checksum = crc32(key.slice(0, -6))
    const value = Array.from(key.slice(-6)).reduce(
      (sum, digit) => sum * 62 + base62.indexOf(digit),
      0,
    )
    expect(value).toBe(checksum)
  })

  test('never makes the same key twice', () => {
    expect(new Set(Array.from({ length: 500 }, () => createApiKey(random, 'a'))).size).toBe(500)
  })
})

describe('parseApiKey', () => {
  const key = createApiKey(random, 'acme')

  test('refuses every change of one character', () => {
    for (let index = 0; index < key.length; index += 1) {
      for (const character of `${base62}-_ `) {
        if (character === key[index]) continue
        const changed = key.slice(0, index) + character + key.slice(index + 1)
        expect(parseApiKey(changed), changed).toBeNull()
      }
    }
  })

  test.each([
    ['nothing', ''],
    ['the prefix', 'rk_'],
    ['another prefix', key.replace('rk_', 'sk-')],
    ['no account', key.replace('acme', '')],
    ['an account with an underscore', key.replace('acme', 'ac_me')],
    ['a space before it', ` ${key}`],
    ['a line end behind it', `${key}\n`],
    ['a doubled key', key + key],
    ['a megabyte', 'rk_'.padEnd(1_000_000, 'a')],
  ])('refuses %s', (_, text) => {
    expect(parseApiKey(text)).toBeNull()
  })

  test('refuses an account that may not exist, however right the checksum', () => {
    expect(parseApiKey(createApiKey(random, '-acme'))).toBeNull()
    expect(parseApiKey(createApiKey(random, 'x'.repeat(41)))).toBeNull()
  })
})

describe('the digest of a key', () => {
  test('is SHA-256 in lower-case hex', async () => {
    expect(await toSha256('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})

describe('createBase62', () => {
  test('drops the bytes that would favour some digits', () => {
    const bytes = [255, 248, 61, 250, 0, 62, 247, 249, 10]
    let position = 0
    const replay = (count: number) => {
      position += count
      return Uint8Array.from(bytes.slice(position - count, position))
    }
    expect(createBase62(replay, 5)).toBe('z00zA')
  })

  test('uses every digit equally often for every possible byte', () => {
    const everyByte = (count: number) =>
      Uint8Array.from({ length: count }, (_, index) => index % 256)
    const text = createBase62(everyByte, 256).slice(0, 248)
    const counts = new Set([...base62].map((digit) => text.split(digit).length - 1))
    expect([...counts]).toEqual([4])
  })
})

describe('toBase62', () => {
  test.each([
    [0n, 3, '000'],
    [61n, 1, 'z'],
    [62n, 2, '10'],
    [62n ** 2n - 1n, 2, 'zz'],
    [62n ** 2n + 5n, 2, '05'],
  ])('writes %s in %s digits as %s', (value, length, expected) => {
    expect(toBase62(value, length)).toBe(expected)
  })
})

describe('isSameSecret', () => {
  test.each([
    ['', '', true],
    ['secret', 'secret', true],
    ['🎬', '🎬', true],
    ['secret', 'Secret', false],
    ['secret', 'secret ', false],
    ['secret', '', false],
    ['secret', 'terces', false],
  ])('compares %j with %j as %s', async (a, b, expected) => {
    expect(await isSameSecret(a, b)).toBe(expected)
    expect(await isSameSecret(b, a)).toBe(expected)
  })
})
