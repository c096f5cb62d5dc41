// Typed access to the rows of one generation besides its log: who it is, what was sent, what the
// relay gave away so far. Synchronous, so that callers decide what is one transaction. Its one row is
// read once and kept until it is written: every step and every caller asks for some of it.

import type { Failure } from '../../shared/video/failures.ts'
import type { Sql, SqlRow, SqlValue } from '../../shared/ports.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import type { RelayEvidence, RelayUsage } from '../../shared/relay/chat/answer.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import { AttachmentRows } from './attachmentRows.ts'

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
  /** Why it failed. */
  readonly code: string | null
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

interface Columns extends SqlRow {
  account: string
  identity: string
  request: string | null
  link: string | null
  task_id: string | null
  status_url: string | null
  text: string | null
  usage: string | null
  attempt: string | null
  archive: string | null
  lookup: string | null
  correction: 'certain' | 'none' | null
  settled: number
  deleted: number
}

export class Row {
  readonly attachments: AttachmentRows
  readonly #sql: Sql
  /** As it is now in the table, also in the middle of a transaction; undefined until it is asked for. */
  #row: Columns | undefined

  constructor(sql: Sql) {
    this.#sql = sql
    this.attachments = new AttachmentRows(sql)
  }

  /** To be called when a transaction was rolled back, or the tables are gone. */
  reread(): void {
    this.#row = undefined
  }

  /** `request` is null for one that was abandoned before its request ever arrived. */
  create(spec: Omit<GenerationSpec, 'request'> & { readonly request: RemixSource | null }): void {
    this.#write(
      'INSERT INTO generation (one, account, identity, request) VALUES (1, ?, ?, ?)',
      spec.account,
      JSON.stringify(spec.identity),
      toJson(spec.request),
    )
  }

  get owner(): { account: string; identity: VideoIdentity } | null {
    const row = this.#read()
    return row === null
      ? null
      : { account: row.account, identity: JSON.parse(row.identity) as VideoIdentity }
  }

  get request(): RemixSource | null {
    return fromJson<RemixSource>(this.#read()?.request)
  }

  get flags(): { settled: boolean; deleted: boolean } {
    const row = this.#read()
    return { settled: row?.settled === 1, deleted: row?.deleted === 1 }
  }

  setSettled(settled: boolean): void {
    this.#write('UPDATE generation SET settled = ?', settled ? 1 : 0)
  }

  setDeleted(): void {
    this.#write('UPDATE generation SET deleted = 1')
  }

  /** Manual correction of the charge, by an operator. */
  get correction(): 'certain' | 'none' | null {
    return this.#read()?.correction ?? null
  }

  setCorrection(charge: 'certain' | 'none'): void {
    this.#write('UPDATE generation SET correction = ?', charge)
  }

  /** Whose it was and that it was: all that is left of a deleted one until it may be erased. */
  dropContents(): void {
    const { owner } = this
    if (owner === null) return
    this.#write(
      `UPDATE generation SET identity = ?, request = NULL, link = NULL, task_id = NULL,
         status_url = NULL, tail = NULL, text = NULL`,
      JSON.stringify({ ...owner.identity, prompt: null, metadata: {} }),
    )
  }

  setLink(url: string | null): void {
    this.#write('UPDATE generation SET link = ?', url)
  }

  setTask(taskId: string, statusUrl: string | null): void {
    this.#write(
      'UPDATE generation SET task_id = ?, status_url = coalesce(?, status_url)',
      taskId,
      statusUrl,
    )
  }

  setEvidence(evidence: RelayEvidence): void {
    this.#write(
      `UPDATE generation SET task_id = coalesce(?, task_id), status_url = coalesce(?, status_url),
         tail = ?, text = ?, usage = ?`,
      evidence.taskId,
      evidence.statusUrl,
      evidence.tail,
      evidence.text,
      toJson(evidence.usage),
    )
  }

  get evidence(): {
    link: string | null
    taskId: string | null
    statusUrl: string | null
    text: string | null
    usage: RelayUsage | null
  } {
    const row = this.#read()
    return {
      link: row?.link ?? null,
      taskId: row?.task_id ?? null,
      statusUrl: row?.status_url ?? null,
      text: row?.text ?? null,
      usage: fromJson<RelayUsage>(row?.usage),
    }
  }

  beginAttempt(n: number, at: number): void {
    this.#setAttempt({ n, dispatchedAt: at, endedAt: null, code: null, retryAt: null })
  }

  /** `code` null: its answer was understood, and brought a link. */
  endAttempt(n: number, at: number, code: string | null, retryAt: number | null): void {
    const { lastAttempt } = this
    if (lastAttempt?.n === n) this.#setAttempt({ ...lastAttempt, endedAt: at, code, retryAt })
  }

  /** The one before it stands in the log. */
  get lastAttempt(): AttemptRow | null {
    return fromJson<AttemptRow>(this.#read()?.attempt)
  }

  #setAttempt(row: AttemptRow): void {
    this.#write('UPDATE generation SET attempt = ?', JSON.stringify(row))
  }

  get archive(): ArchiveRow | null {
    return fromJson<ArchiveRow>(this.#read()?.archive)
  }

  setArchive(row: ArchiveRow): void {
    this.#write('UPDATE generation SET archive = ?', JSON.stringify(row))
  }

  get lookup(): LookupRow | null {
    return fromJson<LookupRow>(this.#read()?.lookup)
  }

  setLookup(row: LookupRow): void {
    this.#write('UPDATE generation SET lookup = ?', JSON.stringify(row))
  }

  /** Neither archives nor looks up any more. */
  clearWork(): void {
    this.#write('UPDATE generation SET archive = NULL, lookup = NULL')
  }

  #read(): Columns | null {
    this.#row ??= this.#sql.exec<Columns>(
      `SELECT account, identity, request, link, task_id, status_url, text, usage, attempt, archive, lookup,
         correction, settled, deleted FROM generation`,
    )[0]
    return this.#row ?? null
  }

  #write(query: string, ...bindings: SqlValue[]): void {
    this.#row = undefined
    this.#sql.exec(query, ...bindings)
  }
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Our own text comes back as we wrote it; the type is the writer's. */
function fromJson<Value>(text: string | null | undefined): Value | null {
  return typeof text === 'string' ? (JSON.parse(text) as Value) : null
}
