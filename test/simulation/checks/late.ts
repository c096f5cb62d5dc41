// The truth that comes after the end: a video that the relay has made within a day is there, is told
// once to every endpoint, and to nobody who was told already; an operator's word is the last one.

import { kinds } from '../../../shared/relay/kinds.ts'
import type { Relay } from '../../../worker/settings/relays.ts'
import { takesAll } from '../scenario.ts'
import type { Facts } from '../world/facts.ts'
import type { World } from '../world/world.ts'

/** Less than an answer is waited for after a cancel. */
const SOON_MS = 8_000

/** A day after its end, and some time to archive. */
export function checkLateTruth(world: World, facts: Facts): void {
  const { kernel, relay, scenario } = world
  const ending = facts.lastEnding
  if (ending === null || facts.excuse !== null || facts.isRemovalAsked || facts.isErased) return
  const fate = relay.fatesOf(facts.id).at(-1)
  // An answer that comes too late names nothing.
  const isNamed = fate?.promises === 'late' && relay.wasTold(facts.id, 'job')
  const isDue = isNamed && scenario.alarms.lost === 0 && !scenario.mayLoseArchive
  if (isDue && ending.status !== 'completed') {
    kernel.breach('late truth', `${facts.id} has a video, and is ${ending.code}`)
  }
}

/** When all is over. */
export function checkLateTold(
  { kernel, receivers, endpoint, scenario }: World,
  facts: Facts,
): void {
  const told = receivers.received.filter(({ videoId }) => videoId === facts.id)
  const isAbandoned = facts.endings[0]?.code === 'upstream_unavailable' && !facts.isAccepted
  if (endpoint !== null && !isAbandoned && scenario.alarms.lost === 0) {
    const ids = new Set(told.filter(({ url }) => url === endpoint).map((one) => one.webhookId))
    if (ids.size !== facts.endings.length && facts.archivesAsked === 0) {
      const ends = facts.endings.length
      kernel.breach('webhooks', `${facts.id} ended ${ends} times, its endpoint heard ${ids.size}`)
    }
  }
  if (facts.lateReopenings === 0 || facts.suspended.length > 1) return
  for (const url of facts.webhooks) {
    const heard = told.filter((one) => one.url === url)
    if (heard.some(({ type }) => type === 'video.completed')) {
      kernel.breach('webhooks', `${url} heard of the first end of ${facts.id}, and of the second`)
    }
  }
}

/**
 * Whoever cancels an order that is under way still hears its answer, when that comes soon, and its relay
 * hears that the job is not wanted any more.
 */
export function checkCancelled({ kernel, relay, jobs, scenario }: World, facts: Facts): void {
  const { lateShare, lateMessages, latencyMs } = scenario.kernel
  const isCalm = kernel.crashes.count + lateShare + lateMessages.size === 0 && latencyMs <= 200
  const isWell = scenario.storage === takesAll && scenario.deploysMs.length === 0
  const post = relay.postsOf(facts.id).at(-1)
  const { cancelledAt } = facts
  if (!isCalm || !isWell || scenario.broken !== null || cancelledAt === null) return
  if (post?.fate.kind !== 'job' || post.fate.job.answer !== 'its id') return
  const isHeard = jobs.of(facts.id).every(({ relay: at, cancels }) => cancels > 0 || !stops(at))
  const isKept = !facts.isRemovalAsked && scenario.alarms.lost === 0
  if (isKept && relay.wasTold(facts.id, 'job') && !isHeard) {
    kernel.breach('cancel', `${facts.id} was cancelled, and its relay was not told`)
  }
  const isSoon = post.at + post.fate.gapMs < cancelledAt + SOON_MS
  if (isSoon && post.at < cancelledAt && !relay.wasTold(facts.id, 'job')) {
    kernel.breach('cancel', `${facts.id} was cancelled, and nobody knows its job`)
  }
}

function stops({ kind }: Relay): boolean {
  return kinds[kind].cancel !== undefined
}

export function checkCorrection(world: World, facts: Facts): void {
  if (!facts.isCorrected) return
  const [row] = world.account.storage.inspect<{ charge: string | null }>(
    'SELECT charge FROM generation WHERE id = ?',
    facts.id,
  )
  if (row !== undefined && row.charge !== 'certain') {
    world.kernel.breach('operator', `${facts.id} was corrected, and its charge is ${row.charge}`)
  }
}
