// Money, over all relays: held plus spent is never less than what they have billed, and in the end what
// is spent for a generation is the price of the relay that took it, unless that took nothing for it.

import { toCost } from '../world/jobs.ts'
import type { Facts } from '../world/facts.ts'
import { priceAt } from '../world/market.ts'
import type { World } from '../world/world.ts'

/** After a change of the account, or of what is billed. */
export function checkReserved({ kernel, relay, account, scenario }: World): void {
  const [books] = account.storage.inspect<{ held: number; spent: number }>(
    'SELECT sum(held) AS held, sum(spent) AS spent FROM api_key',
  )
  if (books === undefined) return
  const reserved = books.held + books.spent
  const { billed } = relay
  if (reserved < billed) kernel.breach('money', `${reserved} reserved, ${billed} billed`)
  if (scenario.budget !== null && reserved > scenario.budget) {
    kernel.breach('money', `${reserved} reserved of a budget of ${scenario.budget}`)
  }
}

/** All that an end may be told to cost, millionths of a US dollar. */
export function toCosts({ relay, jobs, market }: World, { id }: Facts): readonly number[] {
  const reported = jobs.of(id).map((job) => toCost(job.relay, job.plan))
  const prices = market.relays.map((one) => priceAt(one.id))
  const last = relay.postsOf(id).at(-1)
  // An attempt that was written and never left has the price of whom it meant to ask.
  return last === undefined || last.fate.kind === 'refused'
    ? prices
    : [priceAt(last.relay.id), ...reported]
}

/** What may be booked for it when all is over. */
export function toOwed(world: World, facts: Facts): { least: number; most: number } {
  const [first] = facts.endings
  if (first === undefined || first.charge === 'none') return { least: 0, most: 0 }
  const costs = toCosts(world, facts)
  const owed = { least: Math.min(...costs), most: Math.max(...costs) }
  const job = world.jobs.of(facts.id).find(({ told }) => told !== null)
  if (facts.isCorrected || job === undefined) return owed
  if (job.told === 'video') {
    // Whoever deletes it ends the looking, and an answer that was lost is not known.
    const cost = toCost(job.relay, job.plan)
    return facts.endings.some(({ status }) => status === 'completed')
      ? { least: cost, most: cost }
      : owed
  }
  const isFree = (job.plan.end === 'fails' || job.isStopped) && job.relay.failed === 'free'
  if (!isFree) return owed
  const { isRemovalAsked, isCorrecting } = facts
  const mayBeUnheard = isRemovalAsked || isCorrecting || world.scenario.alarms.lost > 0
  return { least: 0, most: mayBeUnheard ? owed.most : 0 }
}

/** When its hold has ended. */
export function checkSpent(world: World, facts: Facts): void {
  const [row] = world.account.storage.inspect<{ spent: number }>(
    'SELECT spent FROM generation WHERE id = ?',
    facts.id,
  )
  if (row === undefined || !facts.isOver) return
  const { least, most } = toOwed(world, facts)
  if (row.spent < least || row.spent > most) {
    world.kernel.breach('money', `${row.spent} spent for ${facts.id}, ${least} to ${most} owed`)
  }
}
