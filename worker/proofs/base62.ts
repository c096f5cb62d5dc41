// Base62 text for ids, keys and signatures: letters and digits only, so a double click selects it
// whole and nothing ever escapes it in a URL.

import type { Random } from '../../shared/ports.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
// The largest multiple of 62 in a byte: a byte from here up would favour the first 8 digits.
const unbiasedBelow = 248

/** Creates `length` evenly distributed characters: 5.95 bits each. */
export function createBase62(random: Random, length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < unbiasedBelow) text += digits.charAt(byte % digits.length)
    }
  }
  return text
}

/** The last `length` base62 digits of a number, padded with zeros. */
export function toBase62(value: bigint, length: number): string {
  const base = BigInt(digits.length)
  let text = ''
  for (let rest = value; text.length < length; rest /= base) {
    text = digits.charAt(Number(rest % base)) + text
  }
  return text
}
