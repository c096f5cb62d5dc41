// Announces that a video has ended: to endpoints, to webhooks that came with requests, and to callbacks
// that wait for several videos. Every method only writes rows, inside its caller's transaction.

import type { Sql } from '../../shared/ports.ts'
import { isUnstored } from '../../shared/video/failures.ts'
import { fromJson, insert, readValue } from '../platform/table.ts'
import type { Deliveries, DeliveryRow, NewDelivery } from './deliveries.ts'
import type { Endpoints } from './endpoints.ts'
import type { GenerationRow, Generations } from './generations.ts'

export interface RequestWebhook {
  readonly url: string
  readonly secret: string | null
}

export interface NewCallback extends RequestWebhook {
  readonly id: string
  readonly videoIds: readonly string[]
}

type Receiver = Pick<NewDelivery, 'endpointId' | 'url' | 'secret'>

export class Outbox {
  readonly #sql: Sql
  readonly #endpoints: Endpoints
  readonly #deliveries: Deliveries
  readonly #generations: Generations

  constructor(sql: Sql, endpoints: Endpoints, deliveries: Deliveries, generations: Generations) {
    this.#sql = sql
    this.#endpoints = endpoints
    this.#deliveries = deliveries
    this.#generations = generations
  }

  /**
   * A request's own webhook: stored until the end, or sent now when the end has come already. A paid
   * video that was not stored is archived again for this request, so its end is still to come.
   */
  onAccepted(row: GenerationRow, attemptedBy: string, webhook: RequestWebhook, now: number): void {
    if (isOver(row)) return this.#announceToRequester(row, webhook, now)
    const { url, secret } = webhook
    const fields = { videoId: row.id, submission: attemptedBy, url, secret }
    insert(this.#sql, 'INSERT OR REPLACE INTO request_webhook', fields)
  }

  /** Requests whose own webhook waits for the end of this video. */
  countWaiting(videoId: string): number {
    const query = 'SELECT count(*) FROM request_webhook WHERE video_id = ?'
    return readValue<number>(this.#sql, query, videoId) ?? 0
  }

  countCallbacks(): number {
    return readValue<number>(this.#sql, 'SELECT count(*) FROM callback') ?? 0
  }

  /**
   * A submission goes on to another generation and takes its own webhook away. Others who gave the
   * same address to that generation still wait for its end.
   */
  onPassedOn(videoId: string, attemptedBy: string): void {
    const query = 'DELETE FROM request_webhook WHERE video_id = ? AND submission = ?'
    this.#sql.exec(query, videoId, attemptedBy)
  }

  /** The same end again: only requests that came after it have not heard of it. */
  onSettledAgain(row: GenerationRow, now: number): void {
    for (const webhook of this.#takeWebhooks(row.id)) this.#announceToRequester(row, webhook, now)
  }

  /** One delivery for every endpoint, webhook and callback that waits for this end. */
  onEnded(row: GenerationRow, now: number): void {
    for (const { id, number, url } of this.#endpoints.listeningTo(toType(row))) {
      this.#addEnd(row, number, { endpointId: id, url, secret: null }, now)
    }
    this.onSettledAgain(row, now)
    this.#completeCallbacks(row.id, now)
  }

  /**
   * Its start was never confirmed: whoever asked was told no id, asks again, and brings the webhook
   * along. A callback may name it all the same, from a list, and waits for it no longer.
   */
  onAbandoned(row: GenerationRow, now: number): void {
    this.#dropWebhooks(row.id)
    this.#completeCallbacks(row.id, now)
  }

  /** Who asked for it is told what still waits to be sent; where and how they were told goes with it. */
  onForgotten(row: GenerationRow): void {
    this.#dropWebhooks(row.id)
    this.#deliveries.dropEndedOf(toEventPrefix(row.id))
  }

  /** Whom its latest end was told to, and the callbacks that named it. */
  findTold(row: GenerationRow): DeliveryRow[] {
    const ofEnd = this.#deliveries.findByPrefix(toEventId(row, ''))
    return [...ofEnd, ...this.#deliveries.findOfCallbacks(row.id)]
  }

  #completeCallbacks(videoId: string, now: number): void {
    const callbacks = this.#sql.exec<{ callback: string }>(
      'DELETE FROM callback_video WHERE video_id = ? RETURNING callback',
      videoId,
    )
    for (const { callback } of callbacks) this.#announceIfComplete(callback, now)
  }

  /** One delivery when all of `videoIds` have ended, at once if they have. */
  addCallback({ id, url, secret, videoIds }: NewCallback, now: number): void {
    insert(this.#sql, 'INSERT INTO callback', { id, url, secret, videoIds, createdAt: now })
    for (const videoId of new Set(videoIds)) {
      const row = this.#generations.find(videoId)
      if (row === null || row.endedAt !== null || row.state === 'gone') continue
      const fields = { videoId, callback: id }
      insert(this.#sql, 'INSERT OR IGNORE INTO callback_video', fields)
    }
    this.#announceIfComplete(id, now)
  }

  /** Each address once, however many named it, with the secret of the latest. */
  #takeWebhooks(videoId: string): RequestWebhook[] {
    // Beside a max(), SQLite takes the other columns from the row that has it.
    const webhooks = this.#sql.exec<{ url: string; secret: string | null }>(
      'SELECT url, secret, max(number) FROM request_webhook WHERE video_id = ? GROUP BY url',
      videoId,
    )
    this.#dropWebhooks(videoId)
    return webhooks
  }

  #dropWebhooks(videoId: string): void {
    this.#sql.exec('DELETE FROM request_webhook WHERE video_id = ?', videoId)
  }

  #announceIfComplete(callback: string, now: number): void {
    const query = 'SELECT 1 FROM callback_video WHERE callback = ? LIMIT 1'
    if (this.#sql.exec(query, callback).length > 0) return
    const [row] = this.#sql.exec<{ url: string; secret: string | null; videoIds: string }>(
      'DELETE FROM callback WHERE id = ? RETURNING url, secret, video_ids AS videoIds',
      callback,
    )
    if (row === undefined) return
    const { url, secret } = row
    const id = `evt_${callback.slice(callback.indexOf('_') + 1)}`
    const data = { id: callback, video_ids: fromJson<string[]>(row.videoIds) }
    const receiver = { endpointId: null, url, secret }
    this.#add({ id, type: 'videos.finished', ...receiver }, { at: now, data }, now)
  }

  #announceToRequester(row: GenerationRow, { url, secret }: RequestWebhook, now: number): void {
    const receiver = `r${toNumber(url).toString(36)}`
    const sent = this.#deliveries.get(toEventId(row, receiver))
    // After the end the same message is sent once more, unless it still waits to be sent.
    if (sent !== null && sent.state !== 'pending') {
      return this.#deliveries.replay(sent.number, { url, secret }, now)
    }
    this.#addEnd(row, receiver, { endpointId: null, url, secret }, now)
  }

  #addEnd(row: GenerationRow, receiver: number | string, to: Receiver, now: number): void {
    const message = { id: toEventId(row, receiver), type: toType(row), ...to }
    this.#add(message, { at: row.endedAt ?? 0, data: { id: row.id } }, now)
  }

  #add(message: Omit<NewDelivery, 'body'>, event: { at: number; data: object }, now: number): void {
    const body = JSON.stringify({
      id: message.id,
      object: 'event',
      type: message.type,
      created_at: Math.floor(event.at / 1000),
      data: event.data,
    })
    this.#deliveries.add({ ...message, body }, now)
  }
}

/** It has ended, and is not about to be archived again. */
export function isOver(row: GenerationRow): boolean {
  return row.endedAt !== null && !isUnstored(row.code)
}

/** FNV-1a over the URL: tells the receivers of one video apart, synchronously. */
function toNumber(url: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < url.length; i++) {
    hash = Math.imul(hash ^ url.charCodeAt(i), 0x01000193) >>> 0
  }
  return hash
}

function toType(row: GenerationRow): string {
  return row.state === 'completed' ? 'video.completed' : 'video.failed'
}

/** The same for the same end and receiver, so that adding a delivery twice adds one. */
function toEventId(row: GenerationRow, receiver: number | string): string {
  return `${toEventPrefix(row.id)}${(row.endedAt ?? 0).toString(36)}_${receiver}`
}

function toEventPrefix(videoId: string): string {
  return `evt_${videoId.slice('video_'.length)}_`
}
