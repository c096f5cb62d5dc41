// API keys that can be refused without asking anybody: `rk_<account>_<32 random><6 checksum>`.
// A checksum is no secret; it spares the database every typing error and lets scanners recognise
// a leaked key. Only the SHA-256 of a key is ever stored.

import type { Random } from '../../shared/ports.ts'
import { createBase62, toBase62 } from './base62.ts'

const prefix = 'rk_'
// 190 bits: a plain SHA-256 of it cannot be tried through.
const randomLength = 32
const checksumLength = 6
// An account has no underscore, so the key falls apart in one way only.
const accountShape = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?$/
const keyShape = /^rk_([A-Za-z0-9-]{1,40})_[0-9A-Za-z]{38}$/

/** May this name an account? 1–40 letters, digits and inner dashes. */
export function isAccountId(text: string): boolean {
  return accountShape.test(text)
}

/** Creates a key; show it once, store only its digest. */
export function createApiKey(random: Random, account: string): string {
  const body = `${prefix}${account}_${createBase62(random, randomLength)}`
  return body + toChecksum(body)
}

/** Reads which account a key claims; null when it cannot be a key of ours. No I/O. */
export function parseApiKey(text: string): { readonly account: string } | null {
  const account = keyShape.exec(text)?.[1]
  if (account === undefined || !isAccountId(account)) return null
  const body = text.slice(0, -checksumLength)
  return text === body + toChecksum(body) ? { account } : null
}

function toChecksum(body: string): string {
  return toBase62(BigInt(computeCrc32(body)), checksumLength)
}

/** CRC-32 as in zip and PNG, bit by bit: keys are short, a table would be longer than the code. */
function computeCrc32(text: string): number {
  let crc = 0xff_ff_ff_ff
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xed_b8_83_20 : 0)
  }
  return (crc ^ 0xff_ff_ff_ff) >>> 0
}
