// The one row of a generation, besides its log: who it is, what was sent, what the relay has given so
// far. Synchronous, so that callers decide what is one transaction. It is read once and kept until it
// is written, because every step and every caller asks for some of it.

import type { Charge } from '../../shared/video/failures.ts'
import type { Sql } from '../../shared/ports.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import type { RelayEvidence } from '../../shared/relay/relay.ts'
import type { RelayUsage } from '../../shared/video/chat.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import type { Fields } from '../platform/table.ts'
import { fromJson, insert, isSet, readValue, Table } from '../platform/table.ts'
import type { Owner } from '../protocol.ts'
import { AttachmentRows } from './attachmentRows.ts'
import type { ArchiveRow, AttemptRow, JobRow, LateRow, LookupRow } from './intentions.ts'

/** Everything `start` needs. Attachments travel beside it. */
export interface GenerationSpec {
  readonly account: string
  readonly identity: VideoIdentity
  /** What the relay is asked, and what a remix starts from; images stand in its body as markers. */
  readonly request: RemixSource
  /** Relays not to be asked now. Absent from 0.1. */
  readonly suspended?: readonly string[]
}

interface Stored {
  readonly account: string
  readonly identity: VideoIdentity
  /** Its prompt is the identity's. */
  readonly request: Omit<RemixSource, 'prompt'> | null
  readonly link: string | null
  readonly taskId: string | null
  readonly statusUrl: string | null
  readonly text: string | null
  readonly others: readonly string[] | null
  readonly usage: RelayUsage | null
  readonly attempt: AttemptRow | null
  readonly archive: ArchiveRow | null
  readonly lookup: LookupRow | null
  readonly job: JobRow | null
  readonly late: LateRow | null
  readonly suspended: readonly string[] | null
  /** What the relay says that it billed, millionths of a US dollar. */
  readonly cost: number | null
  readonly correction: Charge | null
  readonly settled: boolean
  readonly deleted: boolean
}

const columns = `account, identity, request, link, task_id AS taskId, status_url AS statusUrl, text, others, usage,
  attempt, archive, lookup, job, late, suspended, cost, correction, settled, deleted`

export class Row {
  readonly attachments: AttachmentRows
  readonly #sql: Sql
  readonly #table: Table<Stored>
  /** As it is in the table now, also inside a transaction; undefined until it is asked for. */
  #stored: Stored | undefined
  /** What a transaction has changed so far; null outside of one. */
  #gathered: Fields | null = null

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
      job: fromJson,
      late: fromJson,
      suspended: fromJson,
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
    const { account, identity, suspended = [] } = spec
    this.#stored = undefined
    const request = spec.request && withoutPrompt(spec.request)
    insert(this.#sql, 'INSERT INTO generation', { one: 1, account, identity, request, suspended })
  }

  get owner(): Owner | null {
    const stored = this.#read()
    return stored && { account: stored.account, identity: stored.identity }
  }

  get request(): RemixSource | null {
    const stored = this.#read()
    return stored?.request ? { ...stored.request, prompt: stored.identity.prompt ?? '' } : null
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

  /** What was learned of the charge after the end: by an operator, or from the job. */
  get correction(): Charge | null {
    return this.#read()?.correction ?? null
  }

  setCorrection(charge: Charge): void {
    this.#set({ correction: charge })
  }

  /** A deleted generation keeps only its owner and id until it may be erased. */
  dropContents(): void {
    const { owner } = this
    if (owner === null) return
    const identity = { ...owner.identity, prompt: null, metadata: {} }
    const nothing = {
      others: null,
      archive: null,
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

  /** `status`: of the answer to the last attempt. */
  setEvidence(evidence: RelayEvidence, status: number | null): void {
    const before = this.evidence
    const attempt = this.lastAttempt && { ...this.lastAttempt, status }
    const taskId = evidence.taskId ?? before.taskId
    const statusUrl = evidence.statusUrl ?? before.statusUrl
    const { tail, text, usage } = evidence
    this.#set({ taskId, statusUrl, tail, text, usage, attempt })
  }

  get evidence(): Pick<Stored, 'link' | 'taskId' | 'statusUrl' | 'text' | 'usage'> {
    return this.#read() ?? { link: null, taskId: null, statusUrl: null, text: null, usage: null }
  }

  /** The relay's last words, as it sent them: up to 500 characters. */
  get tail(): string | null {
    return readValue(this.#sql, 'SELECT tail FROM generation')
  }

  beginAttempt(attempt: Omit<AttemptRow, 'endedAt' | 'code' | 'retryAt'>): void {
    this.#setAttempt({ ...attempt, endedAt: null, code: null, retryAt: null })
  }

  /** Ends the attempt that runs, if one does. `code` null: its answer was understood, with a link. */
  endAttempt(
    at: number,
    code: string | null,
    plan: Pick<AttemptRow, 'retryAt' | 'tried' | 'repeats' | 'next' | 'opensBreaker'> = {
      retryAt: null,
    },
  ): void {
    const { lastAttempt } = this
    if (lastAttempt?.endedAt === null) {
      this.#setAttempt({ ...lastAttempt, endedAt: at, code, ...plan })
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

  /** Ends archiving and looking up; the job is remembered. */
  clearWork(): void {
    this.#set({ archive: null, lookup: null })
  }

  get job(): JobRow | null {
    return this.#read()?.job ?? null
  }

  setJob(job: JobRow): void {
    this.#set({ job })
  }

  get late(): LateRow | null {
    return this.#read()?.late ?? null
  }

  setLate(late: LateRow | null): void {
    this.#set({ late })
  }

  get suspended(): readonly string[] {
    return this.#read()?.suspended ?? []
  }

  /** Millionths of a US dollar: what the relay reported, else what the last attempt costs there. */
  get cost(): number | null {
    return this.#read()?.cost ?? this.lastAttempt?.price ?? null
  }

  setCost(usd: number): void {
    const cost = Math.ceil(usd * 1e6)
    // Nonsense of a relay's is no amount.
    if (Number.isSafeInteger(cost) && cost >= 0) this.#set({ cost })
  }

  #read(): Stored | null {
    this.#stored ??= this.#table.one('') ?? undefined
    return this.#stored ?? null
  }

  /** What `write` changes is one write, at its end; whoever reads meanwhile reads it as written. */
  gather(write: () => void): void {
    if (this.#gathered !== null) return write()
    this.#gathered = {}
    try {
      write()
      if (Object.keys(this.#gathered).length > 0) this.#table.update(this.#gathered, 'one = 1')
    } finally {
      this.#gathered = null
    }
  }

  #set(fields: Fields): void {
    if (this.#gathered === null) {
      this.#stored = undefined
      return this.#table.update(fields, 'one = 1')
    }
    const stored = this.#read()
    this.#gathered = { ...this.#gathered, ...fields }
    // What cannot be stored as it is comes back from JSON as it is.
    if (stored !== null) this.#stored = { ...stored, ...fields }
  }
}

/** A row may have 2 MB: the prompt stands in it as the identity's and in the body, not a third time. */
function withoutPrompt(request: RemixSource): Stored['request'] {
  const { prompt: _, ...rest } = request
  return rest
}
