// The end of a generation that the account knows and whose object is not there any more: it was
// forgotten while the account, restored since, did not look. What it cost then is doubtful.

import { initialState, toVideoResource } from '../../shared/video/video.ts'
import type { GenerationRow } from './generations.ts'
import type { AccountParts } from './parts.ts'

/** Call inside a transaction, and plan holds and deliveries afterwards. */
export function endLost(parts: AccountParts, row: GenerationRow): void {
  const { ports, generations, ledger, outbox } = parts
  const now = ports.now()
  if (row.endedAt !== null) {
    if (row.hold > 0) ledger.expireHold(row)
    return generations.setGone(row, now, row.expiresAt !== null && row.expiresAt <= now)
  }
  const { retentionMs } = ports.settings
  const error = {
    code: 'outcome_unknown' as const,
    message:
      'The gateway has lost what it knew of this generation. Whether the relay finished and billed it is not known.',
  }
  const end = {
    status: 'failed' as const,
    charge: 'possible' as const,
    outcome: 'unknown' as const,
    endedAt: now,
  }
  const video = toVideoResource(row.identity, { ...initialState, ...end, error }, retentionMs)
  const expiresAt = now + retentionMs
  generations.setEnded(row.id, { ...end, code: error.code, expiresAt, video })
  ledger.settle(row, end)
  const ended = generations.find(row.id)
  if (ended !== null) outbox.onEnded(ended, now)
}
