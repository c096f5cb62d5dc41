// Settings for operators: what they may be, and what is refused by name.

import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../worker/settings/config.ts'
import { checkUrl } from '../../worker/outbound/checkUrl.ts'
import { createOutbound } from '../../worker/outbound/outbound.ts'

const env = {
  RELAY_BASE_URL: 'https://relay.example/v1',
  RELAY_API_KEY: 'key',
  ADMIN_TOKEN: 'admin-token-of-the-test-suite-0001',
}

test.each([
  ['ADMIN_READ_TOKEN', 'x'.repeat(31)],
  ['ADMIN_READ_TOKEN', env.ADMIN_TOKEN],
  ['WEBHOOK_HOSTS', 'https://hooks.example.com'],
  ['WEBHOOK_HOSTS', 'hooks.example.com, '],
  ['WEBHOOK_HOSTS', '*'],
  ['WEBHOOK_HOSTS', 'a.*.example.com'],
  ['SECURITY_CONTACT', 'call me'],
  ['SECURITY_CONTACT', 'http://gateway.example/contact'],
  ['ANALYTICS_TOKEN', 'a token without an account'],
  ['OPERATOR_WEBHOOK_SECRET', 'a secret without an address'],
  ['OPERATOR_WEBHOOK_URL', 'https://alerts.example/hook'],
])('%s is not %s', (name, value) => {
  expect(() => parseConfig({ ...env, [name]: value })).toThrow(name)
})

test.each([
  ['security@gateway.example', 'mailto:security@gateway.example'],
  ['mailto:security@gateway.example', 'mailto:security@gateway.example'],
  ['https://gateway.example/security', 'https://gateway.example/security'],
])('the contact %s is %s', (value, contact) => {
  expect(parseConfig({ ...env, SECURITY_CONTACT: value }).securityContact).toBe(contact)
})

test.each([
  ['https://alerts.example/hook', 'short'],
  ['http://alerts.example/hook', 'a secret that is long enough'],
  ['https://localhost/hook', 'a secret that is long enough'],
])('alerts do not go to %s with %s', (url, secret) => {
  const settings = { ...env, OPERATOR_WEBHOOK_URL: url, OPERATOR_WEBHOOK_SECRET: secret }
  expect(() => parseConfig(settings)).toThrow('OPERATOR_WEBHOOK')
})

describe('WEBHOOK_HOSTS', () => {
  const { webhookHosts } = parseConfig({ ...env, WEBHOOK_HOSTS: 'Hooks.example.com, *.n8n.cloud' })
  const policy = { ownHosts: [], allowPrivateNetwork: false, onlyHosts: webhookHosts }

  test.each([
    ['https://hooks.example.com/a', true],
    ['https://HOOKS.example.com./a', true],
    ['https://hooks.example.com:8443/a', true],
    ['https://acme.app.n8n.cloud/webhook/1', true],
    // Below it only, and not beside it.
    ['https://n8n.cloud/', false],
    ['https://evil-n8n.cloud/', false],
    ['https://hooks.example.com.evil.example/', false],
    ['https://example.com/', false],
    ['https://203.0.113.7/', false],
  ])('%s: %s', (url, isAllowed) => {
    expect(checkUrl(url, policy).ok).toBe(isAllowed)
  })

  test('a listed host is public all the same', () => {
    expect(checkUrl('https://localhost/', { ...policy, onlyHosts: ['localhost'] })).toMatchObject({
      ok: false,
      reason: 'private_host',
    })
  })

  test('holds when a webhook is sent, for all but the operator’s own, and for downloads never', async () => {
    const sent: string[] = []
    const outbound = createOutbound({
      fetch: (url) => {
        sent.push(url)
        return Promise.resolve(new Response(null, { status: 200 }))
      },
      policy: { ownHosts: [], allowPrivateNetwork: false },
      webhookHosts,
      now: Date.now,
      sleep: () => new Promise(() => undefined),
    })
    const other = 'https://other.example/hook'
    expect(await outbound.post(other, '', {})).toMatchObject({ ok: false, final: true })
    expect(sent).toEqual([])
    expect(await outbound.post(other, '', {}, { isOperators: true })).toMatchObject({ ok: true })
    expect(await outbound.post('https://hooks.example.com/', '', {})).toMatchObject({ ok: true })
    expect(await outbound.download('https://cdn.example/video.mp4')).toMatchObject({ ok: true })
    expect(sent).toHaveLength(3)
  })
})
