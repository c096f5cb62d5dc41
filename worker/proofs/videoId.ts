// Video ids that prove their account: a probed, mistyped or foreign id is refused before any
// object is touched, and looks exactly like one that never existed.

import type { Random } from '../../shared/ports.ts'
import { createBase62 } from './base62.ts'
import type { Signer } from './signature.ts'

const prefix = 'video_'
// 131 bits: nobody finds one by trying.
const randomLength = 22
const shape = /^video_[0-9A-Za-z]{30}$/

/** Creates an unguessable id: `video_`, 22 random characters, 8 that prove the account. */
export async function createVideoId(
  signer: Signer,
  random: Random,
  account: string,
): Promise<string> {
  const chance = createBase62(random, randomLength)
  return prefix + chance + (await signer.sign('video id', toSignedText(account, chance)))
}

/** Could this be an id of ours, of whatever account? */
export function hasVideoIdShape(id: string): boolean {
  return shape.test(id)
}

/** Did we make this id for this account? */
export async function isVideoId(signer: Signer, id: string, account: string): Promise<boolean> {
  if (!hasVideoIdShape(id)) return false
  const proofAt = prefix.length + randomLength
  const chance = id.slice(prefix.length, proofAt)
  return signer.isSigned('video id', toSignedText(account, chance), id.slice(proofAt))
}

function toSignedText(account: string, chance: string): string {
  return `${account}\n${chance}`
}
