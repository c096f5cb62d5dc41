// Everything one generation remembers (rows, log, fold of the log, due table) and the only place
// where they change together: each method is one synchronous block, so a crash finds all or nothing.

import { Impossible } from '../../shared/impossible.ts'
import type { Asset, GenerationEvent } from '../../shared/video/events.ts'
import { isUnstored, opensBreaker, type Charge, type Failure } from '../../shared/video/failures.ts'
import { kinds } from '../../shared/relay/kinds.ts'
import { isDataLink } from './dataLink.ts'
import { toLateMs } from './lateMs.ts'
import type { VideoState } from '../../shared/video/video.ts'
import { DueTable } from '../platform/dueTable.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import { hasTable } from '../platform/table.ts'
import { addEntry, emptyLog, keepFold, readFold, type FoldedLog } from './foldedLog.ts'
import { Log } from './log.ts'
import { LogGrowth, MOST_ROWS } from './logGrowth.ts'
import type { GenerationPorts } from './ports.ts'
import { Row } from './row.ts'
import { generationSchema } from './schema.ts'

type StatePorts = Pick<GenerationPorts, 'sql' | 'alarm' | 'now' | 'erase'> & {
  readonly limits: Pick<GenerationPorts['limits'], 'heartbeatMs'>
}

export class State {
  readonly row: Row
  /** `work`: the next step, or the heartbeat of one that runs; `forget`: the end of retention. */
  readonly due: DueTable<'work' | 'forget'>
  readonly #ports: StatePorts
  #log: Log | null = null
  #folded: FoldedLog = emptyLog
  #growth = new LogGrowth()
  #correction: Charge | null = null

  /** Reads, and writes at most what its tables lack: an object that is only asked about stays empty. */
  constructor(ports: StatePorts) {
    this.#ports = ports
    this.row = new Row(ports.sql)
    this.due = new DueTable(ports.sql, ports.alarm)
    if (wakeTables(ports.sql, generationSchema)) this.#wake()
  }

  /** null when there is no such generation (any more). */
  get log(): Log | null {
    return this.#log
  }

  /** The fold of the log, under an operator's manual correction of the charge. */
  get video(): VideoState {
    const { video } = this.#folded
    if (this.#correction === null || video.endedAt === null) return video
    return { ...video, charge: this.#correction, outcome: 'known' }
  }

  /** Stored beside the log, which keeps what was known when it was written. */
  correct(charge: Charge): void {
    this.row.setCorrection(charge)
    this.#correction = charge
  }

  /** Runs `write` as the first transaction of this generation. */
  create(write: () => void): void {
    this.transaction(() => {
      createTables(this.#ports.sql, generationSchema)
      this.#log = new Log(this.#ports.sql, this.#ports.now, null)
      write()
    })
  }

  transaction(write: () => void): void {
    try {
      this.#ports.sql.transaction(() => this.row.gather(write))
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  /** A transaction whose events readers see as soon as it is durable. */
  async commit(write: () => void): Promise<void> {
    this.transaction(write)
    await this.announce()
  }

  /** Reads again what is kept in memory of the rows, after their transaction was undone. */
  #rollBack(): void {
    const { sql } = this.#ports
    this.row.reread()
    this.#growth = new LogGrowth()
    this.#folded = hasTable(sql, 'generation') ? readFold(sql) : emptyLog
    const { last } = this.#folded
    if (last === null) this.#log = null
    else this.#log?.rewind(last.offset)
  }

  /** What is worth a row: a relay that repeats itself without end gets a log that has one. */
  append(event: GenerationEvent): void {
    if (this.#log === null) throw new Impossible('append to a generation that does not exist')
    for (const one of this.#growth.admit(event, this.#folded, this.#ports.now())) {
      this.#folded = addEntry(this.#folded, this.#log.append(one))
      keepFold(this.#ports.sql, this.#folded)
    }
  }

  /** So long that it is not opened again. */
  get isFull(): boolean {
    return (this.#folded.last?.offset ?? 0) >= MOST_ROWS
  }

  /** Appends the terminal event, drops what only a running generation needs, plans the settlement. */
  fail(failure: Failure): void {
    const now = this.#ports.now()
    this.row.endAttempt(now, failure.code, { retryAt: null, opensBreaker: opensBreaker(failure) })
    const { code, message, charge, outcome, retryAfterMs, isLinkDead } = failure
    this.append({
      type: 'failed',
      error: { code, message },
      charge,
      outcome,
      ...(retryAfterMs !== undefined && { retry_at: now + retryAfterMs }),
      ...(isLinkDead === true && { dead_link: true }),
    })
    this.#close(isUnstored(code))
    if (outcome === 'unknown' || code === 'cancelled') this.planLate()
  }

  /** A job, or a page about one, may still tell what nobody knows now. */
  planLate(): void {
    const { job, evidence } = this.row
    if (job === null && evidence.statusUrl === null) return
    const isCancelled = this.video.error?.code === 'cancelled'
    const cancels = isCancelled && job !== null && kinds[job.kind].cancel !== undefined ? 5 : 0
    const now = this.#ports.now()
    this.row.setLate({ at: cancels > 0 ? now : now + (toLateMs(0) ?? 0), looks: 0, cancels })
    this.due.setEarlier('work', now)
  }

  complete(asset: Asset): void {
    this.append({ type: 'completed', asset })
    this.#close()
  }

  /**
   * `canBeStored`: later, with what an earlier try may have left in the store, and from here only when it
   * came with the answer.
   */
  #close(canBeStored = false): void {
    if (!canBeStored || !isDataLink(this.row.evidence.link)) this.row.attachments.drop()
    if (!canBeStored) this.row.clearWork()
    this.goOnSoon()
  }

  /** `others`: further videos of the same answer, which are named and not stored. */
  beginArchive({
    url,
    others,
  }: {
    readonly url: string
    readonly others?: readonly string[]
  }): void {
    const now = this.#ports.now()
    const before = this.row.archive
    this.row.endAttempt(now, null)
    this.row.setLink(url)
    if (others !== undefined) this.row.setOthers(others)
    this.row.clearWork()
    // What an earlier one has sent may stand in the store, whatever was answered.
    const sent = before?.url === url ? before : noArchive
    this.row.setArchive({ ...sent, url, since: now, tries: 0, retryAt: null })
    this.append({ type: 'archiving' })
    this.goOnSoon()
  }

  /** Whoever writes the next step takes it, too; after a crash it is taken with the next heartbeat. */
  goOnSoon(): void {
    const { now, limits } = this.#ports
    this.due.setEarlier('work', now() + limits.heartbeatMs)
  }

  /** Lets readers see what was appended, once it cannot be lost. */
  async announce(): Promise<void> {
    await this.#log?.announce()
  }

  /** Forgets it all: afterwards there is no such generation. */
  async erase(): Promise<void> {
    // Memory first: a call that comes while the storage is erased finds nothing, not half of it.
    this.#log = null
    this.#folded = emptyLog
    this.#growth = new LogGrowth()
    this.#correction = null
    await this.#ports.erase()
    this.row.reread()
  }

  #wake(): void {
    const { sql, now } = this.#ports
    this.#folded = readFold(sql)
    this.#log = new Log(sql, now, this.#folded.last)
    this.#correction = this.row.correction
  }
}

const noArchive = { uploadId: null, bytes: null, sha256: null } as const
