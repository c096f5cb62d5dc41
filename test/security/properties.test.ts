// Parsers of outside text under random and hostile input: they never throw what nobody catches,
// never accept what they would not have written, and say no secret when they refuse.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseChatEventId } from '../../shared/video/chat.ts'
import { HttpError } from '../../worker/http/errors.ts'
import { createApiKey, isAccountId, parseApiKey } from '../../worker/proofs/apiKey.ts'
import { parseConfig } from '../../worker/settings/config.ts'
import { ConfigError } from '../../worker/settings/configError.ts'
import { checkUrl } from '../../worker/outbound/checkUrl.ts'
import {
  parseCacheControl,
  parsePrefer,
  readIdempotencyKey,
} from '../../worker/http/preferences.ts'
import { parseRange } from '../../worker/http/range.ts'
import { createSigner } from '../../worker/proofs/signature.ts'
import { signLink, verifyLink } from '../../worker/proofs/signedLink.ts'

/** Any text, and text that is nearly right: pieces of the real grammar in a random order. */
const textLike = (...pieces: readonly string[]) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 })
      .map((parts) => parts.join('')),
  )
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

describe('Prefer', () => {
  const header = textLike('wait', '=', '5', '300', '"', ',', ' ', ';', 'respond-async', '1e9', '-')

  test('asks for a wait of 0 to 300 whole seconds or for none, whatever is sent', () => {
    fc.assert(
      fc.property(header, (text) => {
        const { waitSeconds, respondAsync } = parsePrefer(text)
        expect(typeof respondAsync).toBe('boolean')
        if (waitSeconds === null) return
        expect(Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds <= 300).toBe(true)
      }),
    )
  })

  test('is understood among other preferences, in any order and case', () => {
    const others = fc.array(fc.constantFrom('handling=lenient', 'return=minimal', 'x', 'y="z"'))
    fc.assert(
      fc.property(others, others, fc.nat({ max: 999 }), (before, after, seconds) => {
        const text = [...before, `Wait=${seconds}`, 'RESPOND-async', ...after].join(' , ')
        const wanted = { respondAsync: true, waitSeconds: Math.min(300, seconds) }
        expect(parsePrefer(text)).toEqual(wanted)
      }),
    )
  })
})

describe('Cache-Control', () => {
  const header = textLike('no-cache', 'no-store', 'max-age', '=', '60', '"', ',', 'only-if-cached')

  test('gives flags and whole seconds, whatever is sent', () => {
    fc.assert(
      fc.property(header, (text) => {
        const { maxAgeSeconds, ...flags } = parseCacheControl(text)
        for (const flag of Object.values(flags)) expect(typeof flag).toBe('boolean')
        if (maxAgeSeconds !== null) expect(maxAgeSeconds).toBeGreaterThanOrEqual(0)
        expect(Number.isSafeInteger(maxAgeSeconds ?? 0)).toBe(true)
      }),
    )
  })
})

describe('Idempotency-Key', () => {
  test('is a hash that hides it, or a 400', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        const isAllowed = text.length >= 1 && text.length <= 255 && !/[^\x21-\x7e]/.test(text)
        const read = await readIdempotencyKey(text).catch((error: unknown) => error)
        if (isAllowed) expect(read).toMatch(/^[0-9a-f]{64}$/)
        else expect(read).toMatchObject({ code: 'invalid_request', param: 'Idempotency-Key' })
        if (read instanceof HttpError && text.length > 40) expect(read.message).not.toContain(text)
      }),
    )
  })
})

describe('Last-Event-ID of a chat', () => {
  test('is read only when it is exactly what we write', () => {
    const nearly = textLike('video_', 'a'.repeat(30), ':', '1', '007', ' ', '\n', '-1', '1e3')
    const right = fc.nat().map((offset) => `video_${'a'.repeat(30)}:${offset}`)
    fc.assert(
      fc.property(fc.oneof(nearly, right), (text) => {
        const place = parseChatEventId(text)
        if (place === null) return
        expect(Number.isSafeInteger(place.offset) && place.offset >= 0).toBe(true)
        expect(text.startsWith(`${place.videoId}:`)).toBe(true)
      }),
    )
  })
})

describe('a key', () => {
  const account = fc.string({ maxLength: 45 }).filter(isAccountId)

  test('names its own account and no other', () => {
    fc.assert(
      fc.property(account, (name) => {
        expect(parseApiKey(createApiKey(random, name))).toEqual({ account: name })
      }),
    )
  })

  test('is refused for anything else, without a wait', () => {
    fc.assert(
      fc.property(textLike('rk_', 'acme', '_', 'a'.repeat(38), '-'), (text) => {
        expect(parseApiKey(text)).toBeNull()
      }),
    )
  })

  test('is refused when any one character is another', () => {
    const key = createApiKey(random, 'acme')
    fc.assert(
      fc.property(
        fc.nat({ max: key.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, one) => {
          fc.pre(key[at] !== one)
          expect(parseApiKey(key.slice(0, at) + one + key.slice(at + 1))).toBeNull()
        },
      ),
    )
  })
})

describe('the configuration', () => {
  const names = [
    'MODELS',
    'RELAY_HEADERS',
    'RELAY_RETRIES',
    'RELAY_BREAKER',
    'CACHE_TTL_SECONDS',
    'RETENTION_DAYS',
    'LINK_TTL_SECONDS',
    'PUBLIC_URL',
    'ALLOWED_ORIGINS',
    'AUTH_FAILURES_PER_MINUTE',
    'ALLOW_PRIVATE_NETWORK',
    'HEARTBEAT_MS',
    'COMMENT_MS',
    'RELAY_TOTAL_MS',
    'MAX_VIDEO_BYTES',
  ] as const
  const secrets = {
    RELAY_API_KEY: 'secret-relay',
    ADMIN_TOKEN: 'secret-admin-of-this-property-test',
    SIGNING_SECRET: 'secret-sign-of-this-property-test',
  }
  const good = { RELAY_BASE_URL: 'https://relay.example/v1', ...secrets }
  const value = fc.oneof(
    textLike(
      'true',
      'false',
      'on',
      '0',
      '1',
      '-1',
      '1e9',
      'https://',
      'a.example',
      ',',
      '{}',
      '[]',
      '"',
    ),
    fc.json({ maxDepth: 3 }),
  )

  test('is whole, or one error that names the setting and tells no secret', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names, 'RELAY_BASE_URL' as const), value, (name, text) => {
        try {
          const config = parseConfig({ ...good, [name]: text })
          expect(config.relays[0].baseUrl).toMatch(/^https?:\/\//)
          for (const limit of Object.values(config.generation))
            expect(limit).toBeGreaterThanOrEqual(0)
          for (const origin of config.allowedOrigins) expect(origin).toBe(new URL(origin).origin)
          for (const line of Object.values(config.relays[0].headers))
            expect(line).not.toMatch(/[\r\n]/)
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
          expect(error.message).toContain(name)
          for (const secret of Object.values(secrets)) expect(error.message).not.toContain(secret)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each(Object.keys(good).filter((name) => name !== 'SIGNING_SECRET'))(
    'misses %s by name',
    (name) => {
      expect(() => parseConfig({ ...good, [name]: ' ' })).toThrow(name)
    },
  )

  test('never takes a second Authorization, a line break or a prototype for a relay header', () => {
    for (const headers of [
      '{"Authorization":"Bearer x"}',
      '{"CONTENT-LENGTH":"1"}',
      '{"x":"a\\r\\nb: c"}',
      '{"a b":"c"}',
      '{"x":1}',
      '[]',
      'null',
      '"x"',
    ]) {
      expect(() => parseConfig({ ...good, RELAY_HEADERS: headers })).toThrow('RELAY_HEADERS')
    }
  })
})

describe('an address', () => {
  /** As the URL parser writes what must never be reached. */
  const inside = [
    /^(?:127|10|0)(?:\.\d+){3}$/,
    /^(?:169\.254|192\.168)(?:\.\d+){2}$/,
    /^\[(?:::|f[cd][0-9a-f]{2}:|fe[89a-f][0-9a-f]:)/,
    /(?:^|\.)localhost\.?$/,
  ]
  const policy = { ownHosts: ['gateway.example'], allowPrivateNetwork: false }
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6().map((ip) => `[${ip}]`),
    fc.domain(),
  )
  const address = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    host.map((one) => `https://${one}/x`),
    textLike(
      'https://',
      'http:',
      '//',
      '@',
      ':',
      '443',
      '127.0.0.1',
      'localhost',
      '.',
      '/',
      '\\',
      '#',
    ),
  )

  test('that is allowed is plain public https, and is allowed as it will be fetched', () => {
    fc.assert(
      fc.property(address, (text) => {
        const verdict = checkUrl(text, policy)
        if (!verdict.ok) return
        const { url } = verdict
        expect([url.protocol, url.username, url.password, url.hash]).toEqual(['https:', '', '', ''])
        expect(['', '8443']).toContain(url.port)
        for (const shape of inside) expect(url.hostname).not.toMatch(shape)
        expect(checkUrl(url.href, policy)).toEqual(verdict)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('Range', () => {
  test('never names a byte that is not there', () => {
    const nearly = textLike('bytes', '=', '-', ',', '0', '5', '99999999999999999999', ' ', '1e3')
    const place = fc.nat({ max: 1_000 })
    const right = fc.tuple(place, place).map(([start, end]) => `bytes=${start}-${end}`)
    fc.assert(
      fc.property(fc.oneof(nearly, right), place, (text, size) => {
        const range = parseRange(text, size)
        if (range.kind !== 'range') return
        expect(range.start >= 0 && range.start <= range.end && range.end < size).toBe(true)
      }),
    )
  })
})

describe('a signed link', () => {
  const signer = createSigner({ adminToken: 'token of this test' })
  const id = `video_${'a'.repeat(30)}`
  const now = 1_800_000_000_000

  test('opens for nothing but itself', async () => {
    const path = await signLink(signer, { id, variant: 'video', expiresAt: now + 1 }, now)
    const search = path.slice(path.indexOf('?'))
    expect((await verifyLink(signer, { id, search, now })).ok).toBe(true)
    const [expires = '', signature = ''] = search.slice(1).split('&')
    const query = textLike(expires, signature, '&', '?', 'variant=video', 'expires=', 'signature=')
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        fc.pre(`?${text}` !== search)
        expect((await verifyLink(signer, { id, search: `?${text}`, now })).ok).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
