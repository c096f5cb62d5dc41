// Decides whether we may talk to an address that somebody gave us, by the parsed URL, where every
// spelling of an IP address has become one. What a name resolves to is out of a Worker's sight: that
// risk is left to `global_fetch_strictly_public`, and no answer is ever shown to who named the URL.

import ipaddr from 'ipaddr.js'
import { isListedHost } from './hostPatterns.ts'

export interface UrlPolicy {
  /**
   * Hosts of this gateway, which would otherwise call itself: `name` refuses every port of it,
   * `name:port` that one only (in development everything shares one host).
   */
  readonly ownHosts: readonly string[]
  /** Development only: also http, every port, loopback and private hosts. */
  readonly allowPrivateNetwork: boolean
  /** Only these hosts, as patterns; none: every public one. */
  readonly onlyHosts?: readonly string[]
}

export type UrlVerdict =
  | { readonly ok: true; readonly url: URL }
  /** The message is for people and repeats nothing of the URL, which may be signed. */
  | { readonly ok: false; readonly reason: UrlRefusal; readonly message: string }

export type UrlRefusal = keyof typeof refusals

const refusals = {
  too_long: 'The URL is longer than 2,048 characters; use a shorter one.',
  control_character: 'The URL contains a control character; remove it.',
  malformed: 'The URL cannot be read; give an absolute https address.',
  scheme: 'The URL must begin with https://.',
  credentials: 'The URL contains a user name or a password; remove it.',
  port: 'The URL names a port other than 443 or 8443; use one of them.',
  unlisted_host:
    'The gateway sends webhooks only to hosts that its operator lists, and this is none of them.',
  own_host: 'The URL points at this gateway itself; use the address of another host.',
  private_host: 'The URL names a host of a private network; use a public host name.',
  private_address: 'The URL contains a private or reserved IP address; use a public host name.',
} as const

// What proxies and log systems still carry whole.
const maxUrlLength = 2_048
// Workers once sent any other port to 443 without a word, so no other is trusted.
const allowedPorts: readonly string[] = ['', '8443']
// RFC 6761, 6762 (appendix G), 7686, 8375, 9476, and what routers and clouds call their inside.
const privateSuffixes = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
  'onion',
  'alt',
]

/** Checks one address; call it again for every redirect. The returned URL has no fragment. */
export function checkUrl(text: string, policy: UrlPolicy): UrlVerdict {
  if (text.length > maxUrlLength) return refuse('too_long')
  if (hasControlCharacter(text)) return refuse('control_character')
  if (!URL.canParse(text)) return refuse('malformed')
  const url = new URL(text)
  url.hash = ''

  const schemes = policy.allowPrivateNetwork ? ['https:', 'http:'] : ['https:']
  if (!schemes.includes(url.protocol)) return refuse('scheme')
  if (url.username !== '' || url.password !== '') return refuse('credentials')

  // The root's dot survives parsing, so `localhost.` would pass for another name.
  const host = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname
  const hostAndPort = url.port === '' ? host : `${host}:${url.port}`
  if (policy.ownHosts.some((own) => [host, hostAndPort].includes(own.toLowerCase()))) {
    return refuse('own_host')
  }
  if (!isListedHost(host, policy.onlyHosts ?? [])) return refuse('unlisted_host')
  if (policy.allowPrivateNetwork) return { ok: true, url }

  if (!allowedPorts.includes(url.port)) return refuse('port')
  if (ipaddr.isValid(toAddress(host))) {
    return isPublicAddress(toAddress(host)) ? { ok: true, url } : refuse('private_address')
  }
  return isPublicName(host) ? { ok: true, url } : refuse('private_host')
}

function refuse(reason: UrlRefusal): UrlVerdict {
  return { ok: false, reason, message: refusals[reason] }
}

/** The URL parser strips tabs, line ends and outer controls in silence; what we check is what we use. */
function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

function toAddress(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}

/** Public is only what no registry reserves: NAT64, 6to4, Teredo and shared space reach inside too. */
function isPublicAddress(text: string): boolean {
  const address = ipaddr.process(text)
  // Nobody public lives outside `2000::/3`; the library knows only some of what does.
  const isGiven = !(address instanceof ipaddr.IPv6) || (address.parts[0] ?? 0) >> 13 === 1
  return isGiven && address.range() === 'unicast'
}

function isPublicName(host: string): boolean {
  const labels = host.split('.')
  if (labels.length < 2 || labels.includes('')) return false
  return !privateSuffixes.some((suffix) => host.endsWith(`.${suffix}`))
}
