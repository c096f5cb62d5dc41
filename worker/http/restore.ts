// Takes one account back in time, in an order in which no moment is without the mark that makes it ask
// for consent: the directory knows it before the account forgets.

import type { Sleep } from '../../shared/ports.ts'
import type { RemoteAccount, RemoteDirectory } from '../objects.ts'
import { RESTORED_MS } from '../account/restoration.ts'

export interface RestorePorts {
  readonly account: Pick<RemoteAccount, 'findBookmark' | 'planRestore' | 'finishRestore'>
  readonly directory: Pick<RemoteDirectory, 'restoredUntil' | 'setRestored'>
  readonly now: () => number
  readonly sleep: Sleep
}

export type Restored =
  | {
      readonly ok: true
      readonly bookmark: string
      /** Restoring this one undoes it. */
      readonly undo: string
      readonly until: number
      /** False when the restored account did not answer: it asks the directory by itself. */
      readonly isConfirmed: boolean
    }
  | { readonly ok: false; readonly problem: string }

/** The first of them ends the session, so its answer is always lost. */
const CONFIRM_TRIES = 6
const PAUSE_MS = 250

/** `to`: a time, ms since the epoch, or a bookmark. Nothing is changed unless it is `ok`. */
export async function restore(
  { account, directory, now, sleep }: RestorePorts,
  name: string,
  to: { readonly at: number } | { readonly bookmark: string },
): Promise<Restored> {
  const found =
    'at' in to ? await account.findBookmark(to.at) : { ok: true as const, bookmark: to.bookmark }
  if (!found.ok) return found
  const { bookmark } = found
  const until = now() + RESTORED_MS
  const before = await directory.restoredUntil(name)
  await directory.setRestored(name, until)
  const planned = await account.planRestore(bookmark)
  if (!planned.ok) {
    await directory.setRestored(name, before ?? 0)
    return planned
  }
  let isConfirmed = false
  for (let tries = 0; tries < CONFIRM_TRIES && !isConfirmed; tries++) {
    try {
      isConfirmed = await account.finishRestore(planned.session, until)
    } catch {
      // The session ended, as it should, or the restored one was not reached: asked again.
      await sleep(PAUSE_MS)
    }
  }
  return { ok: true, bookmark, undo: planned.undo, until, isConfirmed }
}
