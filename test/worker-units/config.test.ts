// What a setting may be, where the platform sets the bound.

import { expect, test } from 'vitest'
import { parseConfig, type PrivateUse } from '../../worker/settings/config.ts'

const env = {
  RELAY_BASE_URL: 'https://relay.example/v1',
  RELAY_API_KEY: 'key',
  ADMIN_TOKEN: 'admin-token-of-the-whole-test-suite',
}

test('a video may be as large as R2 takes it, and the error says what that is', () => {
  const most = 4.5 * 1024 ** 3
  expect(parseConfig({ ...env, MAX_VIDEO_BYTES: String(most) }).generation.assetBytes).toBe(most)
  expect(() => parseConfig({ ...env, MAX_VIDEO_BYTES: String(most + 1) })).toThrow(
    /^MAX_VIDEO_BYTES must be a number from 1024 to 4831838208 \(4\.5 GiB: R2 takes .*parts/,
  )
})

test('a proxy may serve the gateway under a path, with which links then begin', () => {
  const publicUrlOf = (text: string) => parseConfig({ ...env, PUBLIC_URL: text }).publicUrl
  expect(publicUrlOf('https://video.example/')).toBe('https://video.example')
  expect(publicUrlOf('https://video.example/reelay/')).toBe('https://video.example/reelay')
  for (const wrong of ['video.example', 'ftp://video.example', 'https://video.example/?a=1']) {
    expect(() => publicUrlOf(wrong)).toThrow(/^PUBLIC_URL must be an address/)
  }
})

const random = 'Qm3vTz8sLw1xKc5hRb9nYd2gJf7pWa4e'

test.each([
  ['ADMIN_TOKEN', 'letmein2026', 'is shorter than 32 characters'],
  ['ADMIN_TOKEN', random.slice(1), 'is shorter than 32 characters'],
  ['ADMIN_TOKEN', 'a-long-random-text', 'still holds the text of an example'],
  ['SIGNING_SECRET', 'hunter2', 'is shorter than 32 characters'],
  ['SIGNING_SECRET', `${random},old`, 'is shorter than 32 characters'],
  ['SIGNING_SECRET', `${random}, A-Long-Random-Text`, 'still holds the text of an example'],
])('%s=%s is refused by name, with what to do and without the secret', (name, value, why) => {
  const refuse = () => parseConfig({ ...env, [name]: value })
  expect(refuse).toThrow(`${name} ${why}`)
  expect(refuse).toThrow('openssl rand -base64 32')
  expect(refuse).not.toThrow(value)
})

test('secrets of 32 characters are taken, each part of a rotation, and an old short one to check with', () => {
  const config = parseConfig({
    ...env,
    ADMIN_TOKEN: random,
    SIGNING_SECRET: `${random}, ${env.ADMIN_TOKEN}`,
    RETIRED_SIGNING_SECRET: 'letmein2026',
  })
  expect(config.adminToken).toBe(random)
  expect(config.signingSecrets).toEqual([random, env.ADMIN_TOKEN])
  expect(config.retiredSecret).toBe('letmein2026')
})

test('a relay on a private network opens neither webhooks nor downloads, nor the login limit', () => {
  const http = { ...env, RELAY_BASE_URL: 'http://10.0.0.7/v1' }
  expect(() => parseConfig(http)).toThrow('PRIVATE_NETWORK=relay')
  const config = parseConfig({ ...http, PRIVATE_NETWORK: 'relay' })
  expect([...config.privateNetwork]).toEqual(['relay'])
  expect(config.authFailuresPerMinute).toBe(20)
})

test.each<[Record<string, string>, PrivateUse[], number | null]>([
  [{}, [], 20],
  [{ PRIVATE_NETWORK: 'webhooks, downloads' }, ['webhooks', 'downloads'], 20],
  [{ ALLOW_PRIVATE_NETWORK: 'true' }, ['relay', 'downloads', 'webhooks'], null],
  [
    { ALLOW_PRIVATE_NETWORK: 'true', AUTH_FAILURES_PER_MINUTE: '5' },
    ['relay', 'downloads', 'webhooks'],
    5,
  ],
])('%j opens %j and allows %j failed logins', (vars, uses, failures) => {
  const config = parseConfig({ ...env, ...vars })
  expect([...config.privateNetwork]).toEqual(uses)
  expect(config.authFailuresPerMinute).toBe(failures)
})

test('PRIVATE_NETWORK names what it knows', () => {
  expect(() => parseConfig({ ...env, PRIVATE_NETWORK: 'true' })).toThrow(
    'PRIVATE_NETWORK must name some of relay, downloads, webhooks, got "true"',
  )
})
