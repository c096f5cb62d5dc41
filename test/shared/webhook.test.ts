import { describe, expect, test } from 'vitest'
import {
  createWebhookSecret,
  isWebhookSecret,
  signWebhook,
  verifyWebhook,
} from '../../shared/wire/webhook.ts'

const secret = `whsec_${btoa('k'.repeat(32))}`
const otherSecret = `whsec_${btoa('o'.repeat(32))}`
const timestamp = 1_790_000_000
const now = () => timestamp * 1000
const message = { id: 'evt_1', timestamp, body: '{"type":"video.completed"}' }

async function sign(
  secrets: readonly string[] = [secret],
  overrides: Partial<typeof message> = {},
) {
  const signed = { ...message, ...overrides }
  return new Map([
    ['webhook-id', signed.id],
    ['webhook-timestamp', String(signed.timestamp)],
    ['webhook-signature', await signWebhook(signed, secrets)],
  ])
}

describe('signWebhook', () => {
  test('reproduces the example of the standard', async () => {
    const example = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    }
    expect(await signWebhook(example, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  test('signs once per secret, the newest first', async () => {
    const [first, second] = await Promise.all([
      signWebhook(message, [secret]),
      signWebhook(message, [otherSecret]),
    ])
    expect(await signWebhook(message, [secret, otherSecret])).toBe(`${first} ${second}`)
  })

  test('takes a secret without the prefix as text, even if it looks like base64', async () => {
    const hex = '0123456789abcdef0123456789abcdef'
    expect(await signWebhook(message, [hex])).toBe(
      await signWebhook(message, [`whsec_${btoa(hex)}`]),
    )
  })

  test('refuses to sign with a malformed secret and does not repeat it', async () => {
    await expect(signWebhook(message, ['whsec_short'])).rejects.toThrow(
      /^Cannot sign a webhook: the secret is malformed\.$/,
    )
  })
})

describe('isWebhookSecret', () => {
  test.each([
    ['24 bytes of base64', `whsec_${btoa('k'.repeat(24))}`, true],
    ['64 bytes of base64', `whsec_${btoa('k'.repeat(64))}`, true],
    ['23 bytes of base64', `whsec_${btoa('k'.repeat(23))}`, false],
    ['65 bytes of base64', `whsec_${btoa('k'.repeat(65))}`, false],
    ['base64 without its padding', secret.replaceAll('=', ''), false],
    ['base64 with a space inside', secret.replace('a', ' a'), false],
    ['the prefix alone', 'whsec_', false],
    ['plain text', 'correct horse', true],
    ['plain text of 256 bytes', 'é'.repeat(128), true],
    ['plain text of 257 bytes', `${'é'.repeat(128)}x`, false],
    ['nothing', '', false],
  ])('judges %s', (_, text, expected) => {
    expect(isWebhookSecret(text)).toBe(expected)
  })

  test('accepts what createWebhookSecret makes, which never repeats', () => {
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
    const created = Array.from({ length: 50 }, () => createWebhookSecret(random))
    expect(created.every(isWebhookSecret)).toBe(true)
    expect(new Set(created).size).toBe(50)
  })
})

describe('verifyWebhook', () => {
  test('accepts what signWebhook signed and names the event', async () => {
    const verdict = await verifyWebhook(await sign(), message.body, [secret], { now })
    expect(verdict).toEqual({ ok: true, id: 'evt_1' })
  })

  test('reads the headers of a real request', async () => {
    const headers = new Headers([...(await sign())])
    expect(await verifyWebhook(headers, message.body, [secret], { now })).toMatchObject({
      ok: true,
    })
  })

  test('accepts either secret while one rotates, on both sides', async () => {
    const both = await sign([otherSecret, secret])
    expect(await verifyWebhook(both, message.body, [secret], { now })).toMatchObject({ ok: true })
    const old = await sign([secret])
    expect(await verifyWebhook(old, message.body, [otherSecret, secret], { now })).toMatchObject({
      ok: true,
    })
  })

  test('skips signatures of versions it does not know', async () => {
    const headers = await sign()
    headers.set('webhook-signature', `v1a,AAAA ${headers.get('webhook-signature')} v2,x`)
    expect(await verifyWebhook(headers, message.body, [secret], { now })).toMatchObject({
      ok: true,
    })
  })

  test.each([
    ['exactly 300 s old', 300, undefined],
    ['301 s old', 301, 'too_old'],
    ['exactly 300 s ahead', -300, undefined],
    ['301 s ahead', -301, 'too_new'],
  ])('judges a delivery that is %s', async (_, age, reason) => {
    const clock = { now: () => (timestamp + age) * 1000 }
    const verdict = await verifyWebhook(await sign(), message.body, [secret], clock)
    expect(verdict.ok ? undefined : verdict.reason).toBe(reason)
  })

  test('takes another tolerance', async () => {
    const options = { now: () => (timestamp + 20) * 1000, toleranceSeconds: 10 }
    expect(await verifyWebhook(await sign(), message.body, [secret], options)).toEqual({
      ok: false,
      reason: 'too_old',
    })
  })

  test.each([
    ['the id', 'webhook-id', 'evt_2', 'no_matching_signature'],
    ['the timestamp', 'webhook-timestamp', String(timestamp + 1), 'no_matching_signature'],
    [
      'a timestamp with letters behind it',
      'webhook-timestamp',
      `${timestamp}x`,
      'malformed_header',
    ],
    ['a negative timestamp', 'webhook-timestamp', '-1', 'malformed_header'],
    ['an empty id', 'webhook-id', '', 'malformed_header'],
    ['an id with a separator', 'webhook-id', 'evt.1', 'malformed_header'],
    ['no signature', 'webhook-signature', '', 'malformed_header'],
    ['a signature of no version', 'webhook-signature', 'AAAA', 'malformed_header'],
    ['a signature that is no base64', 'webhook-signature', 'v1,ä', 'malformed_header'],
    ['an empty signature', 'webhook-signature', 'v1,', 'no_matching_signature'],
    ['a short signature', 'webhook-signature', 'v1,AAAA', 'no_matching_signature'],
  ])('refuses %s', async (_, name, value, reason) => {
    const headers = (await sign()).set(name, value)
    expect(await verifyWebhook(headers, message.body, [secret], { now })).toEqual({
      ok: false,
      reason,
    })
  })

  test('refuses a moved border between timestamp and body', async () => {
    const headers = await sign([secret], { id: 'evt_1', body: '1.x' })
    headers.set('webhook-id', `evt_1.${timestamp}`).set('webhook-timestamp', '1')
    expect(await verifyWebhook(headers, 'x', [secret], { now: () => 1000 })).toEqual({
      ok: false,
      reason: 'malformed_header',
    })
  })

  test('skips a malformed secret and still tries the others', async () => {
    const headers = await sign()
    const broken = 'whsec_short'
    expect(await verifyWebhook(headers, message.body, [broken], { now })).toMatchObject({
      ok: false,
    })
    expect(await verifyWebhook(headers, message.body, [broken, secret], { now })).toMatchObject({
      ok: true,
    })
  })

  test('tries no more than eight signatures', async () => {
    const headers = await sign()
    const right = headers.get('webhook-signature')
    headers.set('webhook-signature', `${'v1,AAAA '.repeat(8)}${right}`)
    expect(await verifyWebhook(headers, message.body, [secret], { now })).toMatchObject({
      ok: false,
    })
    headers.set('webhook-signature', `${'v1,AAAA '.repeat(7)}${right}`)
    expect(await verifyWebhook(headers, message.body, [secret], { now })).toMatchObject({
      ok: true,
    })
  })
})
