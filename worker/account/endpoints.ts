// The webhook endpoints of one account, as OpenAI's `client.webhooks.*` manages them. Secrets are
// kept readable because every delivery is signed with them; they are shown when made, then never.

import type { Sql } from '../../shared/ports.ts'
import type { Page } from '../platform/table.ts'
import { insert, inWords, Table } from '../platform/table.ts'

export const webhookEventTypes = ['video.completed', 'video.failed'] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** How long a rotated secret still signs, if the caller asked for it. */
const OLD_SECRET_MS = 24 * 60 * 60_000

export interface Endpoint {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly url: string
  readonly eventTypes: readonly WebhookEventType[]
  readonly secret: string
  readonly oldSecret: string | null
  readonly oldSecretUntil: number
  readonly createdAt: number
  readonly updatedAt: number
  /** Set when the receiver answered 410. */
  readonly disabledAt: number | null
}

export type NewEndpoint = Pick<Endpoint, 'id' | 'name' | 'url' | 'eventTypes' | 'secret'>
export type EndpointChange = Partial<Pick<Endpoint, 'name' | 'url' | 'eventTypes'>>

const columns = `number, id, name, url, event_types AS eventTypes, secret, old_secret AS oldSecret,
  old_secret_until AS oldSecretUntil, created_at AS createdAt, updated_at AS updatedAt,
  disabled_at AS disabledAt`

export class Endpoints {
  readonly #sql: Sql
  readonly #table: Table<Endpoint>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'webhook_endpoint', columns, {
      eventTypes: inWords(webhookEventTypes),
    })
  }

  add(endpoint: NewEndpoint, now: number): void {
    const { id, name, url, secret } = endpoint
    const eventTypes = endpoint.eventTypes.join(' ')
    const fields = { id, name, url, eventTypes, secret, createdAt: now, updatedAt: now }
    insert(this.#sql, 'INSERT INTO webhook_endpoint', fields)
  }

  get(id: string): Endpoint | null {
    return this.#table.one('WHERE id = ?', id)
  }

  count(): number {
    return this.#table.number('count(*)', '') ?? 0
  }

  /** Newest first, `after` exclusive. */
  page(after: number | null, limit: number): Page<Endpoint> {
    return this.#table.page('true', [], { after, limit })
  }

  listeningTo(type: string): Endpoint[] {
    return this.#table
      .many('WHERE disabled_at IS NULL ORDER BY number')
      .filter(({ eventTypes }) => eventTypes.some((one) => one === type))
  }

  /** Also enables an endpoint that a 410 had disabled. */
  change(endpoint: Endpoint, change: EndpointChange, now: number): void {
    const before = { ...endpoint, eventTypes: endpoint.eventTypes.join(' ') }
    const eventTypes = change.eventTypes?.join(' ') ?? before.eventTypes
    const { name = before.name, url = before.url } = change
    const isSame = name === before.name && url === before.url && eventTypes === before.eventTypes
    const updatedAt = isSame ? before.updatedAt : now
    const fields = { name, url, eventTypes, updatedAt, disabledAt: null }
    this.#table.update(fields, 'id = ?', endpoint.id)
  }

  rotate(endpoint: Endpoint, secret: string, keepOld: boolean, now: number): void {
    const oldSecret = keepOld ? endpoint.secret : null
    const oldSecretUntil = keepOld ? now + OLD_SECRET_MS : 0
    const fields = { secret, oldSecret, oldSecretUntil, updatedAt: now }
    this.#table.update(fields, 'id = ?', endpoint.id)
  }

  /** False when it is disabled already, or gone. */
  disable(id: string, now: number): boolean {
    const isEnabled = this.#table.number('1', 'WHERE id = ? AND disabled_at IS NULL', id) !== null
    if (isEnabled) this.#table.update({ disabledAt: now }, 'id = ?', id)
    return isEnabled
  }

  remove(id: string): void {
    this.#table.drop('WHERE id = ?', id)
  }
}

/** The secrets that sign for this endpoint now, the newest first. */
export function toSecrets(endpoint: Endpoint, now: number): string[] {
  const { secret, oldSecret, oldSecretUntil } = endpoint
  return oldSecret !== null && oldSecretUntil > now ? [secret, oldSecret] : [secret]
}
