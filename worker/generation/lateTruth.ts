// What becomes of a job after its generation has ended in doubt, or was cancelled: looked at for a day,
// free. A video that turns up after a doubt is archived and announced; else only money follows.

import { readTaskStatus } from '../../shared/relay/tasks.ts'
import type { Charge } from '../../shared/video/failures.ts'
import type { Look } from '../../shared/relay/relay.ts'
import { noNews } from '../../shared/relay/tasks/pace.ts'
import type { LateRow } from './intentions.ts'
import { toLateMs } from './lateMs.ts'
import { askForJob, cancelJob } from './lookAtJob.ts'
import type { GenerationPorts } from './ports.ts'
import type { Reports } from './reports.ts'
import type { State } from './state.ts'

const CANCEL_AGAIN_MS = 30_000

export async function takeLateStep(
  ports: GenerationPorts,
  state: State,
  reports: Reports,
  late: LateRow,
): Promise<void> {
  if (late.cancels > 0) return await cancelAgain(ports, state, reports, late)
  const isCancelled = state.video.error?.code === 'cancelled'
  const look = await lookAgain(ports, state)
  reports.look(state.row.job?.relay ?? '', look.is)
  if (state.row.flags.deleted) return
  if (look.is === 'video') {
    if (look.costUsd !== null) state.row.setCost(look.costUsd)
    if (isCancelled) return await settleLate(ports, state, 'certain')
    return await state.commit(() => {
      state.row.setLate(null)
      state.row.setSettled(false)
      // Retention starts anew with the second end.
      state.due.clear('forget')
      state.beginArchive(look)
    })
  }
  if (look.is === 'failed') return await settleLate(ports, state, look.failure.charge)
  const plan = toNextLook(late, state.video.endedAt ?? 0, ports.now())
  state.transaction(() => state.row.setLate(plan))
}

/**
 * The first planned one that is still ahead: a look that somebody asked for out of turn takes none away,
 * and one that came hours late makes up for all before it. null: there is none.
 */
function toNextLook(late: LateRow, endedAt: number, now: number): LateRow | null {
  for (let { looks } = late; ; looks++) {
    const next = toLateMs(looks)
    if (next === null) return null
    if (endedAt + next > now) return { ...late, looks, at: endedAt + next }
  }
}

/** The job at its relay, or the public page that a streamed answer named. */
async function lookAgain(ports: GenerationPorts, state: State): Promise<Look> {
  const { job, evidence } = state.row
  const { signal } = new AbortController()
  if (job !== null) return await askForJob(ports, state, job, signal)
  if (evidence.statusUrl === null) return noNews
  const text = await ports.outbound.readText(evidence.statusUrl, signal)
  const status = text === null ? null : readTaskStatus(text)
  switch (status?.state) {
    case 'completed':
      return { is: 'video', url: status.url, needsKey: false, others: [], costUsd: null }
    case 'failed': {
      // Such a page says nothing about money.
      const { charge } = state.video
      const message = 'The page of the task says that it has failed.'
      return {
        is: 'failed',
        failure: { code: 'upstream_error', message, charge, outcome: 'known' },
      }
    }
    default:
      return noNews
  }
}

/** What the relay answers settles the money, and never brings the video back. */
async function cancelAgain(
  ports: GenerationPorts,
  state: State,
  reports: Reports,
  late: LateRow,
): Promise<void> {
  const { job } = state.row
  const endedAt = state.video.endedAt ?? 0
  const toPlan = (cancels: number): LateRow => ({
    ...late,
    cancels,
    at: cancels > 0 ? ports.now() + CANCEL_AGAIN_MS : endedAt + (toLateMs(0) ?? 0),
  })
  // Counted before it leaves: no crash makes it one more.
  await state.commit(() => state.row.setLate(toPlan(late.cancels - 1)))
  const said = job === null ? noNews : await cancelJob(ports, state, job)
  reports.cancel(job?.relay ?? '', said?.is ?? 'no answer')
  if (said === null || state.row.flags.deleted) return
  if (said.is === 'failed') return await settleLate(ports, state, said.failure.charge)
  if (said.is === 'video') {
    if (said.costUsd !== null) state.row.setCost(said.costUsd)
    return await settleLate(ports, state, 'certain')
  }
  state.transaction(() => state.row.setLate(toPlan(0)))
}

/** First the account, which may be told again. An operator's word before it stays. */
async function settleLate(ports: GenerationPorts, state: State, charge: Charge): Promise<void> {
  const { owner, cost } = state.row
  if (owner !== null && state.row.correction === null) {
    const truth = { charge, ...(cost !== null && { cost }) }
    await ports.account.settleLate(owner.account, owner.identity.id, truth)
  }
  state.transaction(() => {
    if (state.row.correction === null) state.correct(charge)
    state.row.setLate(null)
  })
}
