// Short proofs that we made a text, each purpose under a key of its own. Signed with the newest
// secret and accepted under any, so the ids and links we gave out survive a rotation. HKDF separates
// keys but does not stretch them: the secrets must be random, not words.

import { toHex } from '../../shared/wire/bytes.ts'
import { toBase62 } from './base62.ts'
import { isSameText } from './isSameSecret.ts'

// 43 base62 digits hold a whole SHA-256. 8 hold 47 bits: they stop probes and typing errors, while
// the id's own 131 random bits keep it secret.
const signatureLengths = { link: 43, 'events link': 43, 'video id': 8 } as const

export type SigningPurpose = keyof typeof signatureLengths

export interface Signer {
  sign(purpose: SigningPurpose, text: string): Promise<string>
  isSigned(purpose: SigningPurpose, text: string, signature: string): Promise<boolean>
}

interface SigningSecrets {
  /** `SIGNING_SECRET`: one secret, or several while it rotates, the newest first. */
  readonly signingSecrets?: readonly string[]
  /**
   * Signs when there is no `SIGNING_SECRET` and is accepted always, so that setting one later
   * breaks no link. Before replacing the token, list the old one last in `SIGNING_SECRET`.
   */
  readonly adminToken: string
  /** Accepted, and never signs. */
  readonly retiredSecret?: string | undefined
}

/**
 * Creates the one signer of this deployment. Keys are derived once per purpose.
 *
 * @see RFC 5869, HKDF
 */
export function createSigner(secretsOf: SigningSecrets): Signer {
  const { signingSecrets = [], adminToken, retiredSecret = '' } = secretsOf
  const secrets = [...signingSecrets, adminToken, retiredSecret].filter((secret) => secret !== '')
  // Keys, not promises: a promise belongs to the request that made it and would hang in another.
  const keysByPurpose = new Map<SigningPurpose, readonly CryptoKey[]>()

  async function getKeys(purpose: SigningPurpose): Promise<readonly CryptoKey[]> {
    const known = keysByPurpose.get(purpose)
    if (known !== undefined) return known
    const keys = await Promise.all(secrets.map((secret) => deriveKey(secret, purpose)))
    keysByPurpose.set(purpose, keys)
    return keys
  }

  return {
    async sign(purpose, text) {
      const [newest] = await getKeys(purpose)
      if (newest === undefined) {
        throw new RangeError('Cannot sign: set ADMIN_TOKEN or SIGNING_SECRET.')
      }
      return signWith(newest, purpose, text)
    },
    async isSigned(purpose, text, signature) {
      const keys = await getKeys(purpose)
      const matches = await Promise.all(
        keys.map(async (key) => isSameText(await signWith(key, purpose, text), signature)),
      )
      return matches.includes(true)
    },
  }
}

async function deriveKey(secret: string, purpose: SigningPurpose): Promise<CryptoKey> {
  const encoder = new TextEncoder()
  const source = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ])
  return crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: encoder.encode('reelay'),
      info: encoder.encode(purpose),
    },
    source,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  )
}

async function signWith(key: CryptoKey, purpose: SigningPurpose, text: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return toBase62(BigInt(`0x${toHex(mac)}`), signatureLengths[purpose])
}
