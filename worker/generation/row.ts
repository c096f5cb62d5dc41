// The one row of a generation, besides its log: who it is, what was sent, what the relay has given so
// far. Synchronous, so that callers decide what is one transaction. It is read once and kept until it
// is written, because every step and every caller asks for some of it.

import type { Failure } from '../../shared/video/failures.ts'
import type { Sql } from '../../shared/ports.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import type { RelayEvidence } from '../../shared/relay/chat/answer.ts'
import type { Asset } from '../../shared/video/events.ts'
import type { RelayUsage } from '../../shared/video/chat.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import type { Fields } from '../platform/table.ts'
import { fromJson, insert, isSet, readValue, Table } from '../platform/table.ts'
import type { Owner } from '../protocol.ts'
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
  readonly type?: Asset['type']
}

export interface LookupRow {
  readonly since: number
  readonly retryAt: number
  /** What it fails with when the look-up brings nothing. */
  readonly failure: Failure
}

interface Stored {
  readonly account: string
  readonly identity: VideoIdentity
  readonly request: RemixSource | null
  readonly link: string | null
  readonly taskId: string | null
  readonly statusUrl: string | null
  readonly text: string | null
  readonly others: readonly string[] | null
  readonly usage: RelayUsage | null
  readonly attempt: AttemptRow | null
  readonly archive: ArchiveRow | null
  readonly lookup: LookupRow | null
  readonly correction: 'certain' | 'none' | null
  readonly settled: boolean
  readonly deleted: boolean
}

const columns = `account, identity, request, link, task_id AS taskId, status_url AS statusUrl, text, others, usage,
  attempt, archive, lookup, correction, settled, deleted`

export class Row {
  readonly attachments: AttachmentRows
  readonly #sql: Sql
  readonly #table: Table<Stored>
  /** As it is in the table now, also inside a transaction; undefined until it is asked for. */
  #stored: Stored | undefined

  constructor(sql: Sql) {
    this.#sql = sql
    this.attachments = new AttachmentRows(sql)
    this.#table = new Table(sql, 'generation', columns, {
      identity: fromJson,
      request: fromJson,
      others: fromJson,
      usage: fromJson,
      attempt: fromJson,
      archive: fromJson,
      lookup: fromJson,
      settled: isSet,
      deleted: isSet,
    })
  }

  /** Call after a transaction was rolled back, or the tables are gone. */
  reread(): void {
    this.#stored = undefined
  }

  /** `request` is null for one that was abandoned before its request ever arrived. */
  create(spec: Omit<GenerationSpec, 'request'> & { readonly request: RemixSource | null }): void {
    const { account, identity, request } = spec
    this.#stored = undefined
    insert(this.#sql, 'INSERT INTO generation', { one: 1, account, identity, request })
  }

  get owner(): Owner | null {
    const stored = this.#read()
    return stored && { account: stored.account, identity: stored.identity }
  }

  get request(): RemixSource | null {
    return this.#read()?.request ?? null
  }

  get flags(): { settled: boolean; deleted: boolean } {
    const stored = this.#read()
    return { settled: stored?.settled ?? false, deleted: stored?.deleted ?? false }
  }

  setSettled(settled: boolean): void {
    this.#set({ settled })
  }

  setDeleted(): void {
    this.#set({ deleted: true })
  }

  /** Manual correction of the charge, by an operator. */
  get correction(): 'certain' | 'none' | null {
    return this.#read()?.correction ?? null
  }

  setCorrection(charge: 'certain' | 'none'): void {
    this.#set({ correction: charge })
  }

  /** A deleted generation keeps only its owner and id until it may be erased. */
  dropContents(): void {
    const { owner } = this
    if (owner === null) return
    const identity = { ...owner.identity, prompt: null, metadata: {} }
    const nothing = {
      others: null,
      link: null,
      taskId: null,
      statusUrl: null,
      tail: null,
      text: null,
    }
    this.#set({ identity, request: null, ...nothing })
  }

  setLink(url: string): void {
    this.#set({ link: url })
  }

  /** Further videos of the answer, by the relay's own links. */
  get others(): readonly string[] {
    return this.#read()?.others ?? []
  }

  setOthers(others: readonly string[]): void {
    this.#set({
      others: others.length === 0 ? null : others.filter((url) => !url.startsWith('data:')),
    })
  }

  setTask(taskId: string, statusUrl: string | null): void {
    this.#set({ taskId, statusUrl: statusUrl ?? this.evidence.statusUrl })
  }

  setEvidence(evidence: RelayEvidence): void {
    const before = this.evidence
    const taskId = evidence.taskId ?? before.taskId
    const statusUrl = evidence.statusUrl ?? before.statusUrl
    const { tail, text, usage } = evidence
    this.#set({ taskId, statusUrl, tail, text, usage })
  }

  get evidence(): Pick<Stored, 'link' | 'taskId' | 'statusUrl' | 'text' | 'usage'> {
    return this.#read() ?? { link: null, taskId: null, statusUrl: null, text: null, usage: null }
  }

  /** The relay's last words, as it sent them: up to 500 characters. */
  get tail(): string | null {
    return readValue(this.#sql, 'SELECT tail FROM generation')
  }

  beginAttempt(n: number, at: number): void {
    this.#setAttempt({ n, dispatchedAt: at, endedAt: null, code: null, retryAt: null })
  }

  /** Ends the attempt that runs, if one does. `code` null: its answer was understood, with a link. */
  endAttempt(at: number, code: string | null, retryAt: number | null): void {
    const { lastAttempt } = this
    if (lastAttempt?.endedAt === null) {
      this.#setAttempt({ ...lastAttempt, endedAt: at, code, retryAt })
    }
  }

  /** Earlier ones stand in the log. */
  get lastAttempt(): AttemptRow | null {
    return this.#read()?.attempt ?? null
  }

  #setAttempt(attempt: AttemptRow): void {
    this.#set({ attempt })
  }

  get archive(): ArchiveRow | null {
    return this.#read()?.archive ?? null
  }

  setArchive(archive: ArchiveRow): void {
    this.#set({ archive })
  }

  get lookup(): LookupRow | null {
    return this.#read()?.lookup ?? null
  }

  setLookup(lookup: LookupRow): void {
    this.#set({ lookup })
  }

  /** Ends archiving and looking up. */
  clearWork(): void {
    this.#set({ archive: null, lookup: null })
  }

  #read(): Stored | null {
    this.#stored ??= this.#table.one('') ?? undefined
    return this.#stored ?? null
  }

  #set(fields: Fields): void {
    this.#stored = undefined
    this.#table.update(fields, 'one = 1')
  }
}
