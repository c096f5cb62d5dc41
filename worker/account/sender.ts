// Takes due messages from the outbox to their receivers: signed, leased, at most twenty on the way,
// never one after the other. What an answer means is decided here; how it is sent, by the host.

import type { Now, Random } from '../../shared/ports.ts'
import { signWebhook } from '../../shared/wire/webhook.ts'
import type { Delivery } from '../outbound/outbound.ts'
import type { Deliveries, DeliveryRow } from './deliveries.ts'
import type { Endpoints } from './endpoints.ts'
import { toSecrets } from './endpoints.ts'

/** Standard Webhooks' schedule: 75 hours in ten attempts. The first is at once. */
const scheduleMs = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
] as const
const ON_THE_WAY = 20
/**
 * n8n answers 409 while it is still putting the execution to sleep: a matter of moments, and no
 * failure. It is asked again at doubling distances, and uses up no attempt for half an hour.
 */
const NOT_READY_MS = 1_000
const LONGEST_NOT_READY_MS = 60_000
const NOT_READY_FOR_MS = 30 * 60_000
/** A receiver may ask for a pause, not for silence. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000

export type PostPort = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<Delivery>

interface SenderParts {
  readonly now: Now
  readonly random: Random
  readonly post: PostPort
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  readonly transaction: (write: () => void) => void
}

export class Sender {
  readonly #parts: SenderParts

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Leases what is due and may be on the way; sending each is one independent piece of work. */
  claim(): Promise<void>[] {
    const { deliveries, now } = this.#parts
    const free = ON_THE_WAY - deliveries.countLeased(now())
    if (free <= 0) return []
    return deliveries.claim(now(), free).map((row) => this.#send(row))
  }

  async #send(row: DeliveryRow): Promise<void> {
    const { now, post, endpoints, transaction } = this.#parts
    const endpoint = row.endpointId === null ? null : endpoints.get(row.endpointId)
    const secrets =
      endpoint === null ? (row.secret === null ? [] : [row.secret]) : toSecrets(endpoint, now())
    const timestamp = Math.floor(now() / 1000)
    const answer = await post(row.url, row.body, {
      'content-type': 'application/json',
      'webhook-id': row.id,
      'webhook-timestamp': String(timestamp),
      ...(secrets.length > 0 && {
        'webhook-signature': await signWebhook({ id: row.id, timestamp, body: row.body }, secrets),
      }),
    })
    transaction(() => this.#note(row, answer))
  }

  #note(row: DeliveryRow, answer: Delivery): void {
    const { deliveries, endpoints, now, random } = this.#parts
    if (answer.ok) return deliveries.setDelivered(row.number, answer.status, now())
    const { status, message } = answer
    if (row.endpointId !== null && status === 410) {
      const problem = 'The receiver answered 410: it wants no more.'
      endpoints.disable(row.endpointId, now())
      deliveries.setFailed(row.number, status, problem, now())
      return deliveries.failAllOf(row.endpointId, problem, now())
    }
    if (answer.final || (row.endpointId === null && isRefusedForGood(answer))) {
      return deliveries.setFailed(row.number, status, message, now())
    }
    const age = now() - row.createdAt
    if (isNotReady(answer, row.endpointId === null) && age < NOT_READY_FOR_MS) {
      const wait = Math.min(Math.max(age, NOT_READY_MS), LONGEST_NOT_READY_MS)
      const nextAt = Math.max(now() + wait, toPause(answer, now()))
      return deliveries.setNotReady(row.number, status, message, nextAt)
    }
    const chance = (random(1)[0] ?? 0) / 255
    const nextAt = toNextAttemptAt(row.attempts, now(), chance)
    if (nextAt === null) return deliveries.setFailed(row.number, status, message, now())
    deliveries.setNext(row.number, status, message, Math.max(nextAt, toPause(answer, now())))
  }
}

type Refusal = Extract<Delivery, { ok: false }>

/** A one-time address that is used up, expired or never was will not come back. */
function isRefusedForGood({ status, text }: Refusal): boolean {
  if (status === 404) return !isStarting(text)
  if (status === 401 || status === 403 || status === 410) return true
  return status === 409 && /has finished/i.test(text)
}

/**
 * A matter of moments: n8n still puts the execution to sleep, or, at a one-time address where one
 * execution waits, is just being restarted.
 */
function isNotReady({ status, text }: Refusal, isOneTime: boolean): boolean {
  if (status === 409) return /running already/i.test(text)
  if (!isOneTime) return false
  if (status === 404) return isStarting(text)
  return status === null || status === 502 || status === 503 || status === 504
}

/** n8n's web server before its webhooks are registered. */
function isStarting(text: string): boolean {
  return /cannot post/i.test(text)
}

/** When attempt `attempts` + 1 is due, or null after the last. `chance` is 0 to 1. */
function toNextAttemptAt(attempts: number, now: number, chance: number): number | null {
  const wait = scheduleMs[attempts - 1]
  // Up to a tenth later, so that receivers that came back are not met by everybody at once.
  return wait === undefined ? null : now + wait * (1 + chance / 10)
}

/** Until when the receiver asked not to be called. */
function toPause({ retryAfter }: Refusal, now: number): number {
  if (retryAfter === null) return now
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : NaN
  const until = Number.isNaN(seconds) ? Date.parse(retryAfter) : now + seconds * 1000
  return Number.isNaN(until) ? now : Math.min(until, now + LONGEST_PAUSE_MS)
}
