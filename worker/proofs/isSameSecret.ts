// Compares what a caller gave with what is right, without telling by its duration how much of a
// guess was right.

import { toSha256 } from '../../shared/wire/bytes.ts'

/** Only the characters are secret, not how many there are. */
export function isSameText(made: string, given: string): boolean {
  if (made.length !== given.length) return false
  let difference = 0
  for (let at = 0; at < made.length; at += 1) {
    difference |= made.charCodeAt(at) ^ given.charCodeAt(at)
  }
  return difference === 0
}

/** Compares digests, so that the length is kept secret, too. */
export async function isSameSecret(a: string, b: string): Promise<boolean> {
  return isSameText(await toSha256(a), await toSha256(b))
}
