// What a Generation borrows from its host: the Durable Object shell lends the platform, the
// simulator lends a world in which everything can fail and any moment can be the last.

import type { FailureCode, Charge, Outcome } from '../../shared/video/failures.ts'
import type {
  Alarm,
  Bucket,
  Digest,
  Now,
  Random,
  Sleep,
  Sql,
  Transport,
} from '../../shared/ports.ts'
import type { VideoResource } from '../../shared/video/video.ts'

/** How a generation ended, as its account needs to know it. */
export interface Settlement {
  readonly status: 'completed' | 'failed'
  readonly code: FailureCode | null
  readonly charge: Charge
  readonly outcome: Outcome
  readonly endedAt: number
  readonly expiresAt: number
  /** The resource without links, kept for lists and deliveries. */
  readonly video: VideoResource
}

/** The owner's side of the protocol. Every call may be repeated; both are idempotent. */
export interface AccountPort {
  settle(account: string, id: string, settlement: Settlement): Promise<void>
  forget(account: string, id: string): Promise<void>
}

export type DownloadResult =
  | { readonly ok: true; readonly body: AsyncIterable<Uint8Array> }
  /** `final`: trying again cannot help (refused by the URL guard, gone, expired). */
  | { readonly ok: false; readonly final: boolean; readonly message: string }

/** Requests to addresses that a relay gave: guarded, without credentials. */
export interface OutboundPort {
  download(url: string, signal: AbortSignal): Promise<DownloadResult>
  /** A small public document, or null when it is not there. */
  readText(url: string, signal: AbortSignal): Promise<string | null>
}

/** One line for operators. Never a prompt, a key or a link. */
export interface Report {
  readonly what: string
  readonly id: string
  readonly attempt?: number
  readonly code?: string
  /** For its class: what an error says may quote a link or a prompt. */
  readonly error?: unknown
}

/** Durations in ms; each ends in a typed failure, never in silence. */
export interface GenerationLimits {
  /** Until the relay's response headers. */
  readonly headersMs: number
  /** Without any byte, comments included. */
  readonly silenceMs: number
  /** Without any event that is not a comment. */
  readonly progressMs: number
  /** One attempt from dispatch to its last byte; also how long an unsent one may wait. */
  readonly totalMs: number
  /** Alarm distance while something runs; below 70 s, where idle objects are evicted. */
  readonly heartbeatMs: number
  /** How often a refused POST is sent again. */
  readonly retries: number
  /** The longest wait before a retry; a relay that asks for more is told to the caller instead. */
  readonly retryMs: number
  readonly archiveMs: number
  readonly lookupMs: number
  /** Largest video that is stored, in bytes. */
  readonly assetBytes: number
  /** How long an ended generation is kept. */
  readonly retentionMs: number
}

export interface GenerationPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  readonly random: Random
  readonly relay: Transport
  readonly outbound: OutboundPort
  readonly bucket: Bucket
  /** What the bucket wants of an upload's parts: all but the last are this long. */
  readonly partBytes: number
  readonly createDigest: () => Digest
  readonly account: AccountPort
  /** Forgets the object's whole storage, alarm included. */
  readonly erase: () => Promise<void>
  /** Keeps the object busy until the promise settles; a rejection is reported, nobody waits for it. */
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  readonly limits: GenerationLimits
  readonly upstream: {
    /** `{base}` of `{base}/chat/completions`, without a trailing slash. */
    readonly baseUrl: string
    /** Sent with every POST: the relay's key and the configured fixed headers. */
    readonly headers: Readonly<Record<string, string>>
  }
}
