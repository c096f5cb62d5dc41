// Sends due deliveries to their receivers: signed, leased, few at once. What an answer means is decided
// here; how a message is sent, by the host.

import { signWebhook } from '../../shared/wire/webhook.ts'
import type { Delivery } from '../outbound/outbound.ts'
import { accountId } from './accountId.ts'
import type { Deliveries, DeliveryRow } from './deliveries.ts'
import type { Endpoints } from './endpoints.ts'
import { toSecrets } from './endpoints.ts'
import type { AccountPorts } from './ports.ts'
import { Slots } from './slots.ts'

/** Standard Webhooks' schedule: 75 hours in ten attempts. The first is at once. */
const scheduleMs = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
] as const
/**
 * n8n answers 409 for some moments, until it has parked the execution: no failure. It is asked again
 * at doubling distances, and uses up no attempt for half an hour.
 */
const NOT_READY_MS = 1_000
const LONGEST_NOT_READY_MS = 60_000
const NOT_READY_FOR_MS = 30 * 60_000
/** A receiver's `Retry-After` is obeyed for so long at most. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000
/** Receivers a claim looks at, some of which turn out to have nothing due: its cost has an end. */
const MOST_LOOKS = 20

export class Sender {
  readonly #ports: AccountPorts
  readonly #endpoints: Endpoints
  readonly #deliveries: Deliveries
  readonly #slots = new Slots()

  constructor(ports: AccountPorts, endpoints: Endpoints, deliveries: Deliveries) {
    this.#ports = ports
    this.#endpoints = endpoints
    this.#deliveries = deliveries
  }

  /**
   * Leases the due deliveries that may leave now, in one write with `plan`; each promise is one send of
   * its own. None leaves whose lease was not written.
   */
  claim(plan: () => void): Promise<void>[] {
    const { sql } = this.#ports
    const now = this.#ports.now()
    const rows: DeliveryRow[] = []
    try {
      sql.transaction(() => {
        for (let looks = 0; looks < MOST_LOOKS; looks++) {
          const waiting = this.#slots.choose(this.#deliveries.receivers.all(), now)
          if (waiting === null) break
          const row = this.#deliveries.leaseNext(waiting, now)
          if (row === null) continue
          this.#slots.take(row.number, waiting, now)
          rows.push(row)
        }
        plan()
      })
    } catch (error) {
      for (const row of rows) this.#slots.giveBack(row)
      this.#deliveries.receivers.forget()
      throw error
    }
    return rows.map((row) =>
      this.#send(row).finally(() => this.#slots.free(row, this.#ports.now() - now)),
    )
  }

  async #send(row: DeliveryRow): Promise<void> {
    const { now, post, sql } = this.#ports
    const endpoint = row.endpointId === null ? null : this.#endpoints.get(row.endpointId)
    const ownSecrets = row.secret === null ? [] : [row.secret]
    const secrets = endpoint === null ? ownSecrets : toSecrets(endpoint, now())
    const timestamp = Math.floor(now() / 1000)
    const answer = await post(row.url, row.body, {
      'content-type': 'application/json',
      'webhook-id': row.id,
      'webhook-timestamp': String(timestamp),
      ...(secrets.length > 0 && {
        'webhook-signature': await signWebhook({ id: row.id, timestamp, body: row.body }, secrets),
      }),
    })
    sql.transaction(() => this.#record(row, answer))
  }

  #record(row: DeliveryRow, answer: Delivery): void {
    const deliveries = this.#deliveries
    const now = this.#ports.now()
    if (answer.ok) return deliveries.setDelivered(row, answer.status, now)
    const { status, message } = answer
    if (row.endpointId !== null && status === 410) return this.#disable(row.endpointId, row, now)
    if (answer.final || (row.endpointId === null && isRefusedForGood(answer))) {
      return this.#giveUp(row, status, message, now)
    }
    const age = now - row.createdAt
    if (isNotReady(answer, row.endpointId === null) && age < NOT_READY_FOR_MS) {
      const wait = Math.min(Math.max(age, NOT_READY_MS), LONGEST_NOT_READY_MS)
      const nextAt = Math.max(now + wait, toPause(answer, now))
      const { attempts } = row
      return deliveries.setNext(row, { attempts, status, problem: message, nextAt })
    }
    const chance = (this.#ports.random(1)[0] ?? 0) / 255
    const attempts = row.attempts + 1
    const scheduledAt = toNextAttemptAt(attempts, now, chance)
    if (scheduledAt === null) return this.#giveUp(row, status, message, now)
    const nextAt = Math.max(scheduledAt, toPause(answer, now))
    deliveries.setNext(row, { attempts, status, problem: message, nextAt })
  }

  #giveUp(row: DeliveryRow, status: number | null, problem: string, now: number): void {
    const { sql, report } = this.#ports
    const { id, endpointId: endpoint } = row
    const end = { attempts: row.attempts + 1, status, ageMs: now - row.createdAt }
    this.#deliveries.setFailed(row, status, problem, now)
    report({ what: 'webhook given up', id, account: accountId(sql), endpoint, ...end })
  }

  #disable(id: string, row: DeliveryRow, now: number): void {
    const { sql, report } = this.#ports
    const problem = 'The receiver answered 410: it wants no more.'
    const isNews = this.#endpoints.disable(id, now)
    this.#giveUp(row, 410, problem, now)
    const dropped = this.#deliveries.failAllOf(id, problem, now)
    if (isNews) report({ what: 'endpoint disabled', id, account: accountId(sql), dropped })
  }
}

type Refusal = Extract<Delivery, { ok: false }>

/** A one-time address that is used up, expired or unknown: no later attempt can succeed. */
function isRefusedForGood({ status, text }: Refusal): boolean {
  if (status === 404) return !isStarting(text)
  if (status === 401 || status === 403 || status === 410) return true
  return status === 409 && /has finished/i.test(text)
}

/** n8n has not parked the execution yet or, behind a one-time address, is being restarted. */
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
  // Jitter of up to a tenth: a receiver that comes back does not get every retry at once.
  return wait === undefined ? null : now + wait * (1 + chance / 10)
}

/** Until when the receiver asked not to be called. */
function toPause({ retryAfter }: Refusal, now: number): number {
  if (retryAfter === null) return now
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : NaN
  const until = Number.isNaN(seconds) ? Date.parse(retryAfter) : now + seconds * 1000
  return Number.isNaN(until) ? now : Math.min(until, now + LONGEST_PAUSE_MS)
}
