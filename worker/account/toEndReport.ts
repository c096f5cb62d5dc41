// The line about a generation's end: what its account knows of it, and what the generation says of how
// it went.

import type { Settlement } from '../protocol.ts'
import type { EndReport } from '../report/report.ts'
import type { GenerationRow } from './generations.ts'

export function toEndReport(account: string, row: GenerationRow, end: Settlement): EndReport {
  const { id, identity, price } = row
  const { code, charge, outcome, endedAt, run = notSaid } = end
  const { relay, attempts, status, queuedMs, runningMs, archivingMs, bytes } = run
  return {
    what: 'generation ended',
    id,
    request: identity.requestId ?? null,
    account,
    model: identity.model,
    relay,
    code,
    charge,
    outcome,
    usd: (end.cost ?? price) / 1e6,
    queuedMs,
    runningMs,
    archivingMs,
    attempts,
    bytes,
    status,
    endedAt,
  }
}

/** A generation that still runs 0.1. */
const notSaid = {
  relay: null,
  attempts: null,
  status: null,
  queuedMs: null,
  runningMs: null,
  archivingMs: null,
  bytes: null,
}
