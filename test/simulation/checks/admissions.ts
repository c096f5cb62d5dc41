// N equal requests, one POST: whenever the account admits something new, nothing that should have
// answered the request may exist. Judged by what was announced, not by the account's own rows.

import { LATEST_START_MS } from '../../../worker/generation/step.ts'
import type { AdmissionRequest } from '../../../worker/account/admit.ts'
import type { Facts } from '../world/facts.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Storage } from '../kernel/storage.ts'
import type { Scenario } from '../scenario.ts'
import { isUnstored } from '../../../shared/video/failures.ts'
import { DAY_MS } from '../scenario.ts'

const RETRY_WINDOW_MS = 10 * 60_000

/** What of the world is looked at. */
interface Judged {
  readonly kernel: Kernel
  readonly scenario: Scenario
  readonly account: { readonly storage: Storage }
  readonly facts: ReadonlyMap<string, Facts>
}

/** Call right after `request` was admitted as new, before it is noted. */
export function checkAdmission(world: Judged, request: AdmissionRequest): void {
  const known = world.account.storage.inspect<{ id: string; state: string }>(
    'SELECT id, state FROM generation WHERE key = ? AND id <> ?',
    request.key,
    request.identity.id,
  )
  for (const { id, state } of known) {
    const facts = world.facts.get(id)
    if (facts === undefined || facts.isRemovalAsked) continue
    const reason = findReason(world, request, facts, state)
    if (reason !== null) {
      world.kernel.breach(
        'one POST',
        `${request.identity.id} was admitted although ${id} ${reason}`,
      )
    }
  }
}

function findReason(
  world: Judged,
  request: AdmissionRequest,
  facts: Facts,
  state: string,
): string | null {
  const { now } = world.kernel
  // By the clocks of the account and of the generation; nobody else can say which is right.
  const { apartMs } = world.scenario.clocks
  const { noCache, noStore, onlyIfCached } = request.directives
  const ending = facts.effectiveEnding
  const isRunning = !facts.isOver
  if (onlyIfCached) return 'only-if-cached admits nothing'
  const isPaid = facts.isOver && isUnstored(ending?.code) && state === 'failed'
  if (isPaid && !request.acceptPossibleCharge && !hasLaterVideo(world, facts)) {
    return 'was paid, and its link is known'
  }
  if (request.not === facts.id) {
    const canStillStart = facts.isStarted || now - facts.admittedAt <= LATEST_START_MS - apartMs
    return isRunning && !facts.isErased && canStillStart ? 'still runs' : null
  }
  const isFresh =
    ending?.status === 'completed' && now - ending.at < world.scenario.settings.cacheTtlMs - apartMs
  if (noCache || noStore) {
    const isRecent = now - facts.admittedAt < RETRY_WINDOW_MS - apartMs
    // A reopened or failed one is not what a retry looks for.
    if (request.isRetry && isRecent && facts.endings.length === 0 && request.not === null) {
      return 'was admitted moments ago for the same client'
    }
  } else if (!facts.asked.directives.noStore) {
    if (isRunning && facts.endings.length === 0) return 'still runs'
    if (isFresh && state !== 'failed' && state !== 'gone') return 'is cached'
  }
  const isDoubtful = ending?.status === 'failed' && ending.outcome === 'unknown' && facts.isOver
  if (!request.acceptPossibleCharge && isDoubtful && state === 'failed') {
    if (!hasLaterVideo(world, facts) && now - ending.at < DAY_MS - apartMs) return 'is doubtful'
  }
  return null
}

function hasLaterVideo(world: Judged, facts: Facts): boolean {
  return [...world.facts.values()].some(
    (other) =>
      other.asked.key === facts.asked.key &&
      other.admittedAt >= facts.admittedAt &&
      other !== facts &&
      other.endings.some(({ status }) => status === 'completed'),
  )
}
