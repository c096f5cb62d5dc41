// Typed access to the rows of one generation besides its log: who it is, what was sent, what the
// relay gave away so far. Synchronous, so that callers decide what is one transaction.

import type { Attachment } from '../../shared/attachments.ts'
import type { Failure } from '../../shared/failures.ts'
import type { Sql } from '../../shared/ports.ts'
import type { RemixSource } from '../../shared/remix.ts'
import type { RelayEvidence, RelayUsage } from '../../shared/relay/answer.ts'
import type { VideoIdentity } from '../../shared/video.ts'

/** Everything `start` needs. Attachments travel beside it. */
export interface GenerationSpec {
  readonly account: string
  readonly identity: VideoIdentity
  /** What the relay is asked, and what a remix starts from; images stand in its body as markers. */
  readonly request: RemixSource
}

export interface AttemptRow {
  readonly n: number
  readonly dispatchedAt: number
  /** null while nobody knows how it ended: after a crash this is the doubtful one. */
  readonly endedAt: number | null
  readonly retryAt: number | null
}

export interface ArchiveRow {
  readonly url: string
  readonly since: number
  readonly tries: number
  readonly retryAt: number | null
  readonly uploadId: string | null
  readonly bytes: number | null
  readonly sha256: string | null
}

export interface LookupRow {
  readonly since: number
  readonly retryAt: number
  /** What it fails with when the look-up brings nothing. */
  readonly failure: Failure
}

/** Rows of an attachment stay well below SQLite's 2 MB value limit on the platform. */
const ATTACHMENT_ROW_BYTES = 1024 * 1024

export class Record {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** `request` is null for one that was abandoned before its request ever arrived. */
  create(spec: Omit<GenerationSpec, 'request'> & { readonly request: RemixSource | null }): void {
    this.#sql.exec(
      'INSERT INTO generation (one, account, identity, request) VALUES (1, ?, ?, ?)',
      spec.account,
      JSON.stringify(spec.identity),
      spec.request === null ? null : JSON.stringify(spec.request),
    )
  }

  get owner(): { account: string; identity: VideoIdentity } | null {
    const [row] = this.#sql.exec<{ account: string; identity: string }>(
      'SELECT account, identity FROM generation',
    )
    return row === undefined
      ? null
      : { account: row.account, identity: JSON.parse(row.identity) as VideoIdentity }
  }

  get request(): RemixSource | null {
    const [row] = this.#sql.exec<{ request: string | null }>('SELECT request FROM generation')
    return typeof row?.request === 'string' ? (JSON.parse(row.request) as RemixSource) : null
  }

  get flags(): { settled: boolean; deleted: boolean } {
    const [row] = this.#sql.exec<{ settled: number; deleted: number }>(
      'SELECT settled, deleted FROM generation',
    )
    return { settled: row?.settled === 1, deleted: row?.deleted === 1 }
  }

  setSettled(settled: boolean): void {
    this.#sql.exec('UPDATE generation SET settled = ?', settled ? 1 : 0)
  }

  setDeleted(): void {
    this.#sql.exec('UPDATE generation SET deleted = 1')
  }

  /** What an operator found out about the charge, when nobody could know it before. */
  get correction(): 'certain' | 'none' | null {
    const [row] = this.#sql.exec<{ correction: 'certain' | 'none' | null }>(
      'SELECT correction FROM generation',
    )
    return row?.correction ?? null
  }

  setCorrection(charge: 'certain' | 'none'): void {
    this.#sql.exec('UPDATE generation SET correction = ?', charge)
  }

  /** Whose it was and that it was: all that is left of a deleted one until it may be erased. */
  dropContents(): void {
    const { owner } = this
    if (owner === null) return
    this.#sql.exec(
      `UPDATE generation SET identity = ?, request = NULL, link = NULL, task_id = NULL,
         status_url = NULL, tail = NULL, text = NULL`,
      JSON.stringify({ ...owner.identity, prompt: null, metadata: {} }),
    )
  }

  setLink(url: string | null): void {
    this.#sql.exec('UPDATE generation SET link = ?', url)
  }

  setTask(taskId: string, statusUrl: string | null): void {
    this.#sql.exec(
      'UPDATE generation SET task_id = ?, status_url = coalesce(?, status_url)',
      taskId,
      statusUrl,
    )
  }

  setEvidence(evidence: RelayEvidence): void {
    this.#sql.exec(
      `UPDATE generation SET task_id = coalesce(?, task_id), status_url = coalesce(?, status_url),
         tail = ?, text = ?, usage = ?`,
      evidence.taskId,
      evidence.statusUrl,
      evidence.tail,
      evidence.text,
      evidence.usage === null ? null : JSON.stringify(evidence.usage),
    )
  }

  get evidence(): {
    link: string | null
    taskId: string | null
    statusUrl: string | null
    text: string | null
    usage: RelayUsage | null
  } {
    const [row] = this.#sql.exec<{
      link: string | null
      task_id: string | null
      status_url: string | null
      text: string | null
      usage: string | null
    }>('SELECT link, task_id, status_url, text, usage FROM generation')
    return {
      link: row?.link ?? null,
      taskId: row?.task_id ?? null,
      statusUrl: row?.status_url ?? null,
      text: row?.text ?? null,
      usage: typeof row?.usage === 'string' ? (JSON.parse(row.usage) as RelayUsage) : null,
    }
  }

  beginAttempt(n: number, at: number): void {
    this.#sql.exec('INSERT INTO attempt (n, dispatched_at) VALUES (?, ?)', n, at)
  }

  endAttempt(n: number, at: number, code: string | null, retryAt: number | null): void {
    this.#sql.exec(
      'UPDATE attempt SET ended_at = ?, code = ?, retry_at = ? WHERE n = ?',
      at,
      code,
      retryAt,
      n,
    )
  }

  get lastAttempt(): AttemptRow | null {
    const [row] = this.#sql.exec<{
      n: number
      dispatched_at: number
      ended_at: number | null
      retry_at: number | null
    }>('SELECT n, dispatched_at, ended_at, retry_at FROM attempt ORDER BY n DESC LIMIT 1')
    return row === undefined
      ? null
      : {
          n: row.n,
          dispatchedAt: row.dispatched_at,
          endedAt: row.ended_at,
          retryAt: row.retry_at,
        }
  }

  addAttachment({ sha256, bytes }: Attachment): void {
    for (let part = 0, at = 0; at < bytes.byteLength || part === 0; part++) {
      const slice = bytes.slice(at, at + ATTACHMENT_ROW_BYTES)
      this.#sql.exec(
        'INSERT OR IGNORE INTO attachment (sha256, part, bytes) VALUES (?, ?, ?)',
        sha256,
        part,
        slice.buffer,
      )
      at += ATTACHMENT_ROW_BYTES
    }
  }

  /** The rows of one attachment, one at a time: a whole image is never in memory. */
  *attachmentBytes(sha256: string): Iterable<Uint8Array> {
    for (let part = 0; ; part++) {
      const [row] = this.#sql.exec<{ bytes: ArrayBuffer }>(
        'SELECT bytes FROM attachment WHERE sha256 = ? AND part = ?',
        sha256,
        part,
      )
      if (row === undefined) return
      yield new Uint8Array(row.bytes)
    }
  }

  dropAttachments(): void {
    this.#sql.exec('DELETE FROM attachment')
  }

  get archive(): ArchiveRow | null {
    const [row] = this.#sql.exec<{
      url: string
      since: number
      tries: number
      retry_at: number | null
      upload_id: string | null
      bytes: number | null
      sha256: string | null
    }>('SELECT url, since, tries, retry_at, upload_id, bytes, sha256 FROM archive')
    return row === undefined
      ? null
      : {
          url: row.url,
          since: row.since,
          tries: row.tries,
          retryAt: row.retry_at,
          uploadId: row.upload_id,
          bytes: row.bytes,
          sha256: row.sha256,
        }
  }

  setArchive(row: ArchiveRow): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO archive (one, url, since, tries, retry_at, upload_id, bytes, sha256)
         VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
      row.url,
      row.since,
      row.tries,
      row.retryAt,
      row.uploadId,
      row.bytes,
      row.sha256,
    )
  }

  clearArchive(): void {
    this.#sql.exec('DELETE FROM archive')
  }

  get lookup(): LookupRow | null {
    const [row] = this.#sql.exec<{ since: number; retry_at: number; failure: string }>(
      'SELECT since, retry_at, failure FROM lookup',
    )
    return row === undefined
      ? null
      : {
          since: row.since,
          retryAt: row.retry_at,
          failure: JSON.parse(row.failure) as Failure,
        }
  }

  setLookup(row: LookupRow): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO lookup (one, since, retry_at, failure) VALUES (1, ?, ?, ?)',
      row.since,
      row.retryAt,
      JSON.stringify(row.failure),
    )
  }

  clearLookup(): void {
    this.#sql.exec('DELETE FROM lookup')
  }
}
