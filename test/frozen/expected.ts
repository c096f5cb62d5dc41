// What a frozen storage comes with: its secrets, and everything that could be read of it over HTTP a
// moment before its gateway was killed. Written by `writeStorage.ts`, believed by the tests.

import type { Job } from '../relay/job.ts'

/** The settings under which a storage is written and opened again. The secrets protect nothing. */
export const settings = {
  ADMIN_TOKEN: 'admin-token-of-a-frozen-storage-0',
  SIGNING_SECRET: 'signing-secret-of-a-frozen-storage',
  RETENTION_DAYS: '3650',
  LINK_TTL_SECONDS: '604800',
  SCHEDULE_GRACE_SECONDS: '86400',
  RELAY_HEADERS_MS: '1800000',
  RELAY_SILENCE_MS: '1800000',
  RELAY_PROGRESS_MS: '3600000',
  RELAY_TOTAL_MS: '7200000',
  RELAY_RETRY_MS: '600000',
  ARCHIVE_MS: '7200000',
  HEARTBEAT_MS: '500',
} as const

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export interface FrozenKey {
  readonly id: string
  readonly key: string
  readonly account: string
  /** What it was before it was rotated. */
  readonly oldKey?: string
}

export interface FrozenEvent extends JsonObject {
  readonly offset: number
  readonly at: number
  readonly type: string
}

export interface FrozenVideo {
  readonly id: string
  /** Name of the key it was ordered with. */
  readonly key: string
  readonly prompt: string
  /** Answer of `GET /v1/videos/{id}`. */
  readonly status: number
  readonly body: JsonObject
  /** The log so far. */
  readonly events: readonly FrozenEvent[]
  readonly sha256?: string
  readonly thumbnailSha256?: string
}

/** An order as it was sent: sent again, it must be answered with the same video. */
export interface FrozenOrder {
  readonly video: string
  readonly key: string
  readonly path: string
  readonly body: JsonObject
  readonly idempotencyKey: string
}

/** A GET and its answer. */
export interface FrozenRead {
  /** Name of a key, or `admin`. */
  readonly key: string
  readonly path: string
  readonly status: number
  readonly body: JsonObject
}

export interface FrozenEndpoint {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly oldSecret?: string
}

export interface Expected {
  /** When the gateway was killed, ms since the epoch. */
  readonly writtenAt: number
  /** The UTC day on which all of it was written. */
  readonly day: string
  /** By name. */
  readonly keys: Readonly<Record<string, FrozenKey>>
  /** By name. */
  readonly videos: Readonly<Record<string, FrozenVideo>>
  readonly orders: readonly FrozenOrder[]
  readonly reads: readonly FrozenRead[]
  /** By name. */
  readonly endpoints: Readonly<Record<string, FrozenEndpoint>>
  /** By name. */
  readonly schedules: Readonly<Record<string, string>>
  /** The callback that waits for videos that run. */
  readonly callback: JsonObject
  /** Webhooks that were on their way, or waiting for their next attempt: id and path. */
  readonly pending: readonly { readonly id: string; readonly path: string }[]
  /** A signed link that opens `completed` for seven days. */
  readonly link: string
  /** All videos of `main`'s account, the oldest first, page by page. */
  readonly pages: readonly { readonly path: string; readonly ids: readonly string[] }[]
  /** What the relay had begun and billed. */
  readonly jobs: readonly Job[]
}

/** Webhook secrets that callers brought with a request. */
export const requestSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
