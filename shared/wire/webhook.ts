// Standard Webhooks 1.0: signs what we send and verifies what we are sent, with web crypto only.
// A secret with the prefix is base64, one without is taken as UTF-8 text, never guessed from its
// shape: 32 hex digits are valid base64 too, and a guess would sign with a key nobody knows.

import type { Now, Random } from '../ports.ts'
import { decodeBase64, toBase64 } from './bytes.ts'

export interface WebhookMessage {
  /** The same for every delivery of one event; without a full stop, which separates the fields. */
  readonly id: string
  /** Unix seconds of this delivery attempt. */
  readonly timestamp: number
  /** Exactly the text that is sent. */
  readonly body: string
}

/** `Headers`, or anything else that finds a header by its lower-case name. */
export interface WebhookHeaders {
  get(name: string): string | null | undefined
}

export type WebhookVerdict =
  | { readonly ok: true; readonly id: string }
  | {
      readonly ok: false
      readonly reason: 'malformed_header' | 'too_old' | 'too_new' | 'no_matching_signature'
    }

const secretPrefix = 'whsec_'
// The standard's bounds for a generated secret.
const encodedSecretBytes = { min: 24, max: 64 }
// A receiver's own secret is used as it is; the bound only limits what the database stores.
const plainSecretBytes = { min: 1, max: 256 }
// HMAC-SHA-256 is as strong as its 32-byte key.
const createdSecretBytes = 32
// A rotation needs two; the bound keeps a header full of signatures from becoming work.
const maxSignatures = 8

/** Creates a secret for one endpoint: `whsec_` and base64 of 32 random bytes. */
export function createWebhookSecret(random: Random): string {
  return secretPrefix + toBase64(random(createdSecretBytes))
}

/** Is this a secret we can sign with? `whsec_` needs base64 of 24–64 bytes, plain text 1–256 bytes. */
export function isWebhookSecret(text: string): boolean {
  return parseSecret(text) !== null
}

/**
 * Signs one delivery: `v1,<base64>` per secret, separated by spaces, the newest first. While a
 * secret rotates a receiver accepts either.
 *
 * @throws {RangeError} when a secret is none (check with `isWebhookSecret` where it comes in)
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function signWebhook(
  message: WebhookMessage,
  secrets: readonly string[],
): Promise<string> {
  const signatures = secrets.map(async (secret) => {
    const key = await importKey(secret, 'sign')
    if (key === null) throw new RangeError('Cannot sign a webhook: the secret is malformed.')
    const content = toBytes(`${message.id}.${message.timestamp}.${message.body}`)
    return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)))}`
  })
  return (await Promise.all(signatures)).join(' ')
}

/**
 * Verifies a delivery against any of the secrets. The body must be the text as received: a parsed
 * and re-encoded one has other bytes.
 */
export async function verifyWebhook(
  headers: WebhookHeaders,
  body: string,
  secrets: readonly string[],
  options: { readonly now: Now; readonly toleranceSeconds?: number },
): Promise<WebhookVerdict> {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const signatures = parseSignatures(headers.get('webhook-signature') ?? '')
  if (id === '' || id.includes('.') || !/^\d{1,12}$/.test(timestamp) || signatures.length === 0) {
    return { ok: false, reason: 'malformed_header' }
  }

  const tolerance = options.toleranceSeconds ?? 300
  const age = Math.floor(options.now() / 1000) - Number(timestamp)
  if (age > tolerance) return { ok: false, reason: 'too_old' }
  if (-age > tolerance) return { ok: false, reason: 'too_new' }

  const content = toBytes(`${id}.${timestamp}.${body}`)
  for (const secret of secrets) {
    const key = await importKey(secret, 'verify')
    if (key === null) continue
    for (const signature of signatures) {
      if (await crypto.subtle.verify('HMAC', key, signature, content)) return { ok: true, id }
    }
  }
  return { ok: false, reason: 'no_matching_signature' }
}

/** Unknown versions (`v1a`, …) are for other receivers: skipped, not refused. */
function parseSignatures(header: string): Uint8Array<ArrayBuffer>[] {
  return header
    .split(' ', maxSignatures)
    .filter((entry) => entry.startsWith('v1,'))
    .map((entry) => parseBase64(entry.slice('v1,'.length)))
    .filter((signature) => signature !== null)
}

async function importKey(secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey | null> {
  const bytes = parseSecret(secret)
  if (bytes === null) return null
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage])
}

function parseSecret(text: string): Uint8Array<ArrayBuffer> | null {
  const isEncoded = text.startsWith(secretPrefix)
  const bytes = isEncoded ? parseBase64(text.slice(secretPrefix.length)) : toBytes(text)
  const { min, max } = isEncoded ? encodedSecretBytes : plainSecretBytes
  return bytes !== null && bytes.length >= min && bytes.length <= max ? bytes : null
}

/** A copy, because not every host's encoder promises a buffer that web crypto's types accept. */
function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text))
}

/** Only the one canonical spelling: a decoder forgives spaces, missing padding and stray bits. */
function parseBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeBase64(text)
  return bytes !== null && toBase64(bytes) === text ? bytes : null
}
