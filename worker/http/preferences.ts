// What a caller wishes by header: RFC 9111 request directives, RFC 7240 preferences, idempotency.

import { toSha256 } from '../../shared/wire/bytes.ts'
import type { CacheDirectives } from '../account/admit.ts'
import { HttpError } from './errors.ts'

/** The longest `Prefer: wait` that is honoured, seconds. */
const LONGEST_WAIT = 300

export interface Preference {
  readonly respondAsync: boolean
  /** Seconds, or null when no wait was asked for. */
  readonly waitSeconds: number | null
}

export function parsePrefer(header: string | undefined): Preference {
  let respondAsync = false
  let waitSeconds: number | null = null
  for (const part of splitList(header)) {
    const [name = '', value = ''] = part.split('=', 2).map((side) => side.trim())
    if (name.toLowerCase() === 'respond-async') respondAsync = true
    const seconds = /^"?(\d{1,9})"?$/.exec(value)?.[1]
    if (name.toLowerCase() === 'wait' && seconds !== undefined) {
      waitSeconds = Math.min(Number(seconds), LONGEST_WAIT)
    }
  }
  return { respondAsync, waitSeconds }
}

export function parseCacheControl(header: string | undefined): CacheDirectives {
  const names = new Map<string, string>()
  for (const part of splitList(header)) {
    const [name = '', value = ''] = part.split('=', 2).map((side) => side.trim())
    names.set(name.toLowerCase(), value)
  }
  const maxAge = /^"?(\d{1,10})"?$/.exec(names.get('max-age') ?? '')?.[1]
  return {
    noCache: names.has('no-cache'),
    noStore: names.has('no-store'),
    onlyIfCached: names.has('only-if-cached'),
    maxAgeSeconds: maxAge === undefined ? null : Number(maxAge),
  }
}

/** The key as its SHA-256, or null. 400 when it is not one that the draft allows. */
export async function readIdempotencyKey(header: string | undefined): Promise<string | null> {
  if (header === undefined) return null
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new HttpError(
      'invalid_request',
      'Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.',
      { param: 'Idempotency-Key' },
    )
  }
  return await toSha256(header)
}

function splitList(header: string | undefined): string[] {
  return (header ?? '')
    .slice(0, 1_000)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
