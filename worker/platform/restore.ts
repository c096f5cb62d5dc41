// Takes an object's storage back to an earlier time, as Cloudflare keeps it for 30 days. That happens
// between two sessions, so it takes three calls: find the bookmark, plan, and end the session.

export type FoundBookmark =
  | { readonly ok: true; readonly bookmark: string }
  /** In the platform's words. */
  | { readonly ok: false; readonly problem: string }

export type PlannedRestore =
  | {
      readonly ok: true
      /** The session that will be the last one before it. */
      readonly session: string
      /** Of the moment before it: restoring that one undoes it. */
      readonly undo: string
    }
  | { readonly ok: false; readonly problem: string }

interface RestorePorts {
  readonly storage: Pick<
    DurableObjectStorage,
    'getBookmarkForTime' | 'onNextSessionRestoreBookmark' | 'sync'
  >
  /** Ends the session; what waits for it is told that the object was reset. */
  readonly abort: () => void
  /** Called in the restored session. */
  readonly begin: (until: number) => void
}

export class Restore {
  readonly #ports: RestorePorts
  readonly #session = crypto.randomUUID()

  constructor(ports: RestorePorts) {
    this.#ports = ports
  }

  /** Of the storage as it was at `at`, ms since the epoch. Changes nothing. */
  async findBookmark(at: number): Promise<FoundBookmark> {
    try {
      return { ok: true, bookmark: await this.#ports.storage.getBookmarkForTime(at) }
    } catch (error) {
      return { ok: false, problem: toText(error) }
    }
  }

  async planRestore(bookmark: string): Promise<PlannedRestore> {
    const { storage } = this.#ports
    try {
      const undo = await storage.onNextSessionRestoreBookmark(bookmark)
      return { ok: true, session: this.#session, undo }
    } catch (error) {
      return { ok: false, problem: toText(error) }
    }
  }

  /**
   * Ends the session that planned it, which is not heard of again; a later one is the restored one,
   * and learns it. So whoever restores repeats this until it is true.
   */
  async finishRestore(planned: string, until: number): Promise<boolean> {
    const { abort, begin, storage } = this.#ports
    if (planned === this.#session) {
      abort()
      return false
    }
    begin(until)
    await storage.sync()
    return true
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : 'It gave no reason.'
}
