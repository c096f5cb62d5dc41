// Addresses that nobody may make the gateway call, and some that are fine: ours, and those of a
// corpus when REELAY_CORPUS names its folder.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The name under which callers know the gateway in these tests. */
export const ownHost = 'gateway.example'

export interface JudgedUrl {
  readonly url: string
  readonly isAllowed: boolean
}

const refused: readonly string[] = [
  // Every spelling of loopback that a URL parser knows.
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0/',
  'https://%31%32%37.0.0.1/',
  'https://１２７.０.０.１/',
  'https://127。0。0。1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https:\\\\127.0.0.1\\',
  // Inside: private, shared, link-local, metadata, translated, reserved.
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://192.0.2.1/',
  // Names that only mean something inside.
  'https://localhost/',
  'https://localhost./',
  'https://LOCALHOST/',
  'https://relay/',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://router.lan/',
  'https://x.home.arpa/',
  'https://x.onion/',
  'https://a..example/',
  // Ourselves.
  `https://${ownHost}/v1/videos`,
  `https://${ownHost}./v1/videos`,
  `https://${ownHost.toUpperCase()}/`,
  // Not a plain https address.
  'http://hooks.example/',
  'ftp://hooks.example/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'blob:https://hooks.example/1',
  '//hooks.example/',
  '/v1/videos',
  'hooks.example',
  'https://user@hooks.example/',
  'https://user:password@hooks.example/',
  'https://hooks.example@127.0.0.1/',
  'https://hooks.example:80/',
  'https://hooks.example:22/',
  'https://hooks.example:65536/',
  'https://hooks.example/\r\nx: y',
  'https://hooks.example/\u0000',
  'https://ho\toks.example/',
  ' https://hooks.example/\u001f',
  `https://hooks.example/${'a'.repeat(2_030)}`,
]

const allowed: readonly string[] = [
  'https://hooks.example/',
  'https://hooks.example:443/a?b=c#d',
  'https://hooks.example:8443/',
  'https://HOOKS.example./',
  'https://bücher.example/',
  'https://127.0.0.1.example.com/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
]

interface CorpusRow {
  readonly url: string
  readonly verdict: 'block' | 'allow_syntax'
}

function readCorpus(): JudgedUrl[] {
  const folder = process.env['REELAY_CORPUS']
  if (folder === undefined) return []
  const file = JSON.parse(readFileSync(join(folder, 'ssrf-corpus.json'), 'utf8')) as {
    static: readonly CorpusRow[]
  }
  return file.static
    .map(({ url, verdict }) => ({
      url: fill(url),
      isAllowed: verdict === 'allow_syntax' && !isNowhere(url),
    }))
    .filter(({ url }) => !/[<>]/.test(url))
}

/** Just outside NAT64, where the corpus has a name, nobody was given an address: they lie in `2000::/3`. */
function isNowhere(url: string): boolean {
  return /^https:\/\/\[(?![23])/.test(url) && !url.includes('[::')
}

/** The corpus writes some of its addresses as a description. */
function fill(url: string): string {
  return url
    .replace('<gateway-own-host>', ownHost)
    .replace('…(2,049 characters)', 'a'.repeat(2_009))
}

export const judgedUrls: readonly JudgedUrl[] = [
  ...refused.map((url) => ({ url, isAllowed: false })),
  ...allowed.map((url) => ({ url, isAllowed: true })),
  ...readCorpus(),
]
