// What a caller wishes by header: RFC 9111 request directives, RFC 7240 preferences, idempotency.

import { toSha256 } from '../../shared/wire/bytes.ts'
import type { CacheDirectives } from '../account/admit.ts'
import { invalid } from './errors.ts'

/** The longest `Prefer: wait` that is honoured, seconds. */
const LONGEST_WAIT = 300

export interface Preference {
  readonly respondAsync: boolean
  /** Seconds, or null when no wait was asked for. */
  readonly waitSeconds: number | null
}

export function parsePrefer(header: string | undefined): Preference {
  const wishes = parseWishes(header)
  const wait = toSeconds(wishes.get('wait'))
  return {
    respondAsync: wishes.has('respond-async'),
    waitSeconds: wait === null ? null : Math.min(wait, LONGEST_WAIT),
  }
}

export function parseCacheControl(header: string | undefined): CacheDirectives {
  const wishes = parseWishes(header)
  return {
    noCache: wishes.has('no-cache'),
    noStore: wishes.has('no-store'),
    onlyIfCached: wishes.has('only-if-cached'),
    maxAgeSeconds: toSeconds(wishes.get('max-age')),
  }
}

/** The key as its SHA-256, or null. 400 when it is not one that the draft allows. */
export async function readIdempotencyKey(header: string | undefined): Promise<string | null> {
  if (header === undefined) return null
  if (/^[\x21-\x7e]{1,255}$/.test(header)) return await toSha256(header)
  const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.'
  throw invalid('Idempotency-Key', message)
}

/** `a, b=c` by lower-case name; of a name given twice the last one counts. */
function parseWishes(header = ''): ReadonlyMap<string, string> {
  const parts = header.slice(0, 1_000).split(',')
  return new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=', 2).map((side) => side.trim())
      return [name.toLowerCase(), value]
    }),
  )
}

function toSeconds(value = ''): number | null {
  const digits = /^"?(\d{1,10})"?$/.exec(value)?.[1]
  return digits === undefined ? null : Number(digits)
}
