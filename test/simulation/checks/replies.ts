// What a caller was told: whatever was accepted exists, a known failure is never served again, one
// idempotency key stands for one generation.

import { isUnstored } from '../../../shared/video/failures.ts'
import type { Accepted } from '../../../worker/submission/submit.ts'
import type { CallerPlan } from '../scenario.ts'
import { DAY_MS } from '../scenario.ts'
import type { World } from '../world/world.ts'

/** `decidedAt`: the step in which the account decided on it. */
export function checkReply(
  world: World,
  plan: CallerPlan,
  submission: Accepted,
  decidedAt: number,
): void {
  const { kernel } = world
  const { description } = submission
  const { id } = description.identity
  const { status, outcome, charge } = description.state
  const facts = world.facts.get(id)
  if (facts === undefined) return kernel.breach('I10', `${id} was answered and never admitted`)
  facts.isAccepted = true
  if (facts.asked.key !== plan.key) {
    kernel.breach('tenancy', `${id} answers ${plan.key} and was asked as ${facts.asked.key}`)
  }
  if (plan.webhook !== null) facts.webhooks.add(plan.webhook)
  // A key keeps standing for what it was bound to, also when that failed a moment before.
  const isKept =
    (plan.idempotencyKey !== null && charge !== 'none') || isUnstored(description.state.error?.code)
  if (status === 'failed' && submission.kind === 'found' && outcome === 'known' && !isKept) {
    kernel.breach(
      'failures',
      `${id} failed for a known reason and was served ${submission.foundBy}`,
    )
  }
  if (plan.idempotencyKey !== null)
    checkIdempotency(world, plan, plan.idempotencyKey, id, decidedAt)
}

function checkIdempotency(
  world: World,
  plan: CallerPlan,
  key: string,
  id: string,
  decidedAt: number,
): void {
  const { now } = world.kernel
  const bound = world.bindings.get(key)
  // An answer that was on the way for long names what the key stood for when it was asked.
  if (bound !== undefined && decidedAt < bound.decidedAt) return
  world.bindings.set(key, { id, at: now, decidedAt })
  if (
    bound === undefined ||
    bound.id === id ||
    now - bound.at > 7 * DAY_MS - world.scenario.clocks.apartMs
  )
    return
  const before = world.facts.get(bound.id)
  const next = world.facts.get(id)
  const ending = before?.effectiveEnding ?? null
  // Who consented was perhaps never answered, and the truth about the first has come since.
  const latestAt = (next?.admittedAt ?? 0) + world.scenario.clocks.apartMs
  const known = before?.endings.findLast(({ at }) => at <= latestAt)
  const isReleased = ending?.outcome === 'known' && ending.charge === 'none'
  const hasConsent = plan.acceptPossibleCharge || next?.asked.acceptPossibleCharge === true
  const isDoubtful = [ending, known].some(
    (one) => one?.outcome === 'unknown' || isUnstored(one?.code),
  )
  const isOverruled = isDoubtful && hasConsent
  if (!isReleased && !isOverruled) {
    world.kernel.breach('idempotency', `key ${key} stood for ${bound.id} and now for ${id}`)
  }
}
