import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkUrl, type UrlPolicy, type UrlRefusal } from '../../worker/outbound/checkUrl.ts'

const production: UrlPolicy = {
  ownHosts: ['gateway.example.net', 'reelay.team.workers.dev'],
  allowPrivateNetwork: false,
}
const development: UrlPolicy = { ownHosts: ['localhost:8787'], allowPrivateNetwork: true }
const longest = `https://cdn.example.org/${'v'.repeat(2_048 - 24)}`

type Expectation = UrlRefusal | 'allowed'

const table: readonly (readonly [string, Expectation])[] = [
  ['https://cdn.example.org/v.mp4?sig=a%2Fb', 'allowed'],
  ['https://cdn.example.org:8443/v.mp4', 'allowed'],
  ['HTTPS://CDN.Example.Org./v.mp4', 'allowed'],
  ['https://münchen.example/v.mp4', 'allowed'],
  ['https://10.0.0.1.example.org/', 'allowed'],
  ['https://notlocal.example/', 'allowed'],
  ['https://local.example.org/', 'allowed'],
  ['https://1.1.1.1/', 'allowed'],
  ['https://172.15.255.255/', 'allowed'],
  ['https://[2a00:1450:4001:80b::200e]/', 'allowed'],
  ['https://[::ffff:8.8.4.4]/', 'allowed'],
  [longest, 'allowed'],
  [`${longest}v`, 'too_long'],
  ['https://cdn.example.org/\u0000', 'control_character'],
  ['https://cdn.exam\tple.org/', 'control_character'],
  ['\nhttps://cdn.example.org/', 'control_character'],
  ['https://cdn.example.org/\u007f', 'control_character'],
  ['', 'malformed'],
  ['cdn.example.org/v.mp4', 'malformed'],
  ['//cdn.example.org/v.mp4', 'malformed'],
  ['https://', 'malformed'],
  ['https://cdn example.org/', 'malformed'],
  ['https://1.2.3.4.5/', 'malformed'],
  ['https://cdn.example.org:70000/', 'malformed'],
  ['http://cdn.example.org/v.mp4', 'scheme'],
  ['wss://cdn.example.org/', 'scheme'],
  ['data:video/mp4;base64,AAAA', 'scheme'],
  ['blob:https://cdn.example.org/1', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['cdn.example.org:443/v.mp4', 'scheme'],
  ['https://me@cdn.example.org/', 'credentials'],
  ['https://:secret@cdn.example.org/', 'credentials'],
  ['https://cdn.example.org@10.1.2.3/', 'credentials'],
  ['https://cdn.example.org:80/', 'port'],
  ['https://cdn.example.org:8444/', 'port'],
  ['https://cdn.example.org:0/', 'port'],
  ['https://gateway.example.net/v1/videos', 'own_host'],
  ['https://GATEWAY.example.net./', 'own_host'],
  ['https://gateway.example.net:8443/', 'own_host'],
  ['https://reelay.team.workers.dev/', 'own_host'],
  ['https://localhost/', 'private_host'],
  ['https://api.localhost./', 'private_host'],
  ['https://relay/', 'private_host'],
  ['https://relay./', 'private_host'],
  ['https://a..example.org/', 'private_host'],
  ['https://nas.local/', 'private_host'],
  ['https://nas.LAN/', 'private_host'],
  ['https://metadata.google.internal/', 'private_host'],
  ['https://box.home.arpa/', 'private_host'],
  ['https://hidden.onion/', 'private_host'],
  ['https://wiki.corp/', 'private_host'],
  ['https://[100:0:0:1::1]/', 'private_address'],
  ['https://[1fff:ffff::1]/', 'private_address'],
  ['https://[4000::1]/', 'private_address'],
  ['https://[3ffe::1]/', 'allowed'],
  ['https://127.0.0.1/', 'private_address'],
  ['https://2130706433/', 'private_address'],
  ['https://0x7f.1/', 'private_address'],
  ['https://0177.1/', 'private_address'],
  ['https://127.1./', 'private_address'],
  ['https://１２７.0.0.1/', 'private_address'],
  ['https://%3127.0.0.1/', 'private_address'],
  ['https:\\\\10.9.8.7\\x', 'private_address'],
  ['https://0.0.0.0/', 'private_address'],
  ['https://10.255.255.255/', 'private_address'],
  ['https://172.16.0.0/', 'private_address'],
  ['https://192.168.255.255/', 'private_address'],
  ['https://169.254.169.254/', 'private_address'],
  ['https://100.64.0.0/', 'private_address'],
  ['https://198.19.255.255/', 'private_address'],
  ['https://224.0.0.251/', 'private_address'],
  ['https://255.255.255.255/', 'private_address'],
  ['https://[::]/', 'private_address'],
  ['https://[::1]/', 'private_address'],
  ['https://[::8.8.8.8]/', 'private_address'],
  ['https://[::ffff:192.168.0.1]/', 'private_address'],
  ['https://[::ffff:0:8.8.8.8]/', 'private_address'],
  ['https://[64:ff9b::8.8.8.8]/', 'private_address'],
  ['https://[2002:808:808::1]/', 'private_address'],
  ['https://[2001::1]/', 'private_address'],
  ['https://[fdaa::3]/', 'private_address'],
  ['https://[fe80::1]/', 'private_address'],
  ['https://[fec0::1]/', 'private_address'],
  ['https://[ff02::1]/', 'private_address'],
  ['https://[2001:db8::5]/', 'private_address'],
]

function judge(url: string, policy: UrlPolicy): Expectation {
  const verdict = checkUrl(url, policy)
  return verdict.ok ? 'allowed' : verdict.reason
}

describe('checkUrl', () => {
  test.each(table)('judges %j: %s', (url, expected) => {
    expect(judge(url, production)).toBe(expected)
  })

  test('returns what will be fetched: normalised and without a fragment', () => {
    const verdict = checkUrl('https://CDN.example.org:443/a/../v.mp4?x=1#secret', production)
    expect(verdict.ok && verdict.url.href).toBe('https://cdn.example.org/v.mp4?x=1')
  })

  test('explains a refusal without repeating any part of the URL', () => {
    for (const [url] of table) {
      const marked = url.replace(/(.)$/, '$1?sig=s3cr3t')
      const verdict = checkUrl(marked, production)
      if (!verdict.ok) expect(verdict.message).not.toContain('s3cr3t')
    }
    const refusal = checkUrl('https://s3cr3t.internal/', production)
    expect(refusal).toMatchObject({ ok: false, message: expect.not.stringContaining('s3cr3t') })
  })

  test.each<[string, Expectation]>([
    ['http://127.0.0.1:9000/v.mp4', 'allowed'],
    ['http://localhost:5678/webhook', 'allowed'],
    ['http://relay:8080/', 'allowed'],
    ['https://[::1]:8443/', 'allowed'],
    ['http://localhost:8787/v1/videos', 'own_host'],
    ['http://me:pw@127.0.0.1:9000/', 'credentials'],
    ['ftp://127.0.0.1/', 'scheme'],
    ['http://127.0.0.1/\n', 'control_character'],
  ])('in development judges %j: %s', (url, expected) => {
    expect(judge(url, development)).toBe(expected)
  })
})

// More rows, with public sources, when a corpus is at hand.
const corpusFolder = process.env['REELAY_CORPUS']
if (corpusFolder !== undefined) {
  interface CorpusRow {
    readonly url: string
    readonly verdict: 'block' | 'allow_syntax'
    readonly why: string
  }
  const file = readFileSync(join(corpusFolder, 'ssrf-corpus.json'), 'utf8')
  const rows: readonly CorpusRow[] = JSON.parse(file).static

  test.each(rows)('agrees with the corpus on $url ($why): $verdict', ({ url, verdict }) => {
    const filled = url
      .replace('<gateway-own-host>', 'gateway.example.net')
      .replace('<gateway>.<account>.workers.dev', 'reelay.team.workers.dev')
      .replace('…(2,049 characters)', 'a'.repeat(2_009))
    if (url.includes('2,049')) expect(filled).toHaveLength(2_049)
    // Just outside NAT64 nobody was given an address: all of them lie in `2000::/3`.
    const isNowhere = /^https:\/\/\[(?![23])/.test(url) && !url.includes('[::')
    expect(checkUrl(filled, production).ok).toBe(verdict === 'allow_syntax' && !isNowhere)
  })
}
