// What a Generation borrows from its host: the Durable Object shell lends the platform, the
// simulator lends a world in which everything can fail and any moment can be the last.

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
import type { Models } from '../../shared/request/models.ts'
import type { GenerationLimits } from '../settings/config.ts'
import type { Budget } from '../platform/budget.ts'
import type { AccountPort } from '../protocol.ts'
import type { Relays } from '../settings/relays.ts'
import type { Report } from '../report/report.ts'

export type DownloadResult =
  | {
      readonly ok: true
      /** How many bytes will come; null when nobody knows. */
      readonly length: number | null
      readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
    }
  /** `final`: trying again cannot help (refused by the URL guard, gone, expired). */
  | { readonly ok: false; readonly final: boolean; readonly message: string }

/** Requests to addresses that a relay gave: guarded, without credentials. */
export interface OutboundPort {
  /** `headers`: of the operator's own relay; they go to this address alone, not along a redirect. */
  download(
    url: string,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<DownloadResult>
  /** A small public document, or null when it is not there. */
  readText(url: string, signal: AbortSignal): Promise<string | null>
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
  readonly createDigest: (algorithm: 'SHA-256' | 'MD5') => Digest
  /** Room for the bytes of archives, in all objects of the isolate together. */
  readonly budget: Pick<Budget, 'take'>
  readonly account: AccountPort
  /** Forgets the object's whole storage, alarm included. */
  readonly erase: () => Promise<void>
  /** Keeps the object busy until the promise settles; a rejection is reported, nobody waits for it. */
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  readonly limits: GenerationLimits
  readonly relays: Relays
  readonly models: Models
}
