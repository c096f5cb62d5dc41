// Tells an account that a key was used, after the answer and once a day for each network: nothing of it
// is waited for, and what is lost is told again by the next isolate.

import { getDirectory, isUnknownMethod } from '../objects.ts'
import { toAddressPrefix } from '../proofs/addressPrefix.ts'
import { report } from '../report/report.ts'
import { readAddress } from './address.ts'
import type { AppContext, Principal } from './context.ts'

const DAY_MS = 24 * 60 * 60_000
/** Pairs of key and network remembered per isolate. */
const REMEMBERED = 10_000

let today = 0
let told = new Set<string>()

export function noteUse(context: AppContext, { key, account: name }: Principal): void {
  const day = Math.floor(Date.now() / DAY_MS) * DAY_MS
  if (day !== today || told.size >= REMEMBERED) told = new Set()
  today = day
  const network = toAddressPrefix(readAddress(context))
  const use = `${key.id} ${network}`
  if (told.has(use) || (key.lastUsedAt === day && key.lastNetwork === network)) return
  told.add(use)
  const { account, requestId } = context.var
  context.executionCtx.waitUntil(
    Promise.all([
      account.noteUse(key.id, network),
      getDirectory(context.env).noteActive(name, day),
    ]).then(
      () => undefined,
      (error: unknown) => {
        if (isUnknownMethod(error)) return
        told.delete(use)
        report({ what: 'object not reached', id: requestId, error })
      },
    ),
  )
}
