// The operator's line about an end: one at least for every end that an account has booked, all of them
// alike, and none about an end that is not so.

import type { EndReport } from '../../../worker/report/report.ts'
import type { Facts } from '../world/facts.ts'
import type { World } from '../world/world.ts'
import { toCosts } from './money.ts'

/** What the account has booked is told, whatever crashed. */
export function checkBookedIsTold({ kernel, told }: World, id: string, endedAt: number): void {
  if (told.some((line) => line.id === id && line.endedAt === endedAt)) return
  kernel.breach('told', `the end of ${id} is booked, and no line says so`)
}

/** When all is over. */
export function checkTales(world: World, facts: Facts): void {
  const { kernel, told } = world
  const lines = told.filter(({ id }) => id === facts.id)
  for (const { at, code, charge, outcome } of facts.endings) {
    const [first, ...others] = lines.filter(({ endedAt }) => endedAt === at)
    if (first === undefined) continue
    if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) {
      kernel.breach('told', `an end of ${facts.id} is told in two ways`)
    }
    const isTrue = first.code === code && first.charge === charge && first.outcome === outcome
    const isPriced = toCosts(world, facts).includes(Math.round((first.usd ?? 0) * 1e6))
    if (!isTrue || !isPriced || !isPlausible(world, first)) {
      kernel.breach('told', `the end of ${facts.id} is told as ${JSON.stringify(first)}`)
    }
  }
  if (lines.some(({ endedAt }) => facts.endings.every(({ at }) => at !== endedAt))) {
    kernel.breach('told', `${facts.id} is told to have ended when it did not`)
  }
  const { lastEnding } = facts
  // Whoever reopens an end that is not booked yet is told of the next one.
  if (lastEnding !== null && world.scenario.alarms.lost === 0) {
    checkBookedIsTold(world, facts.id, lastEnding.at)
  }
}

function isPlausible({ relay }: World, line: EndReport): boolean {
  const { attempts, queuedMs, runningMs, archivingMs, request } = line
  const times = [queuedMs, runningMs, archivingMs]
  const wasSent = relay.postsOf(line.id).length
  return (
    request !== null &&
    attempts !== null &&
    attempts >= wasSent &&
    times.every((ms) => ms !== null && ms >= 0)
  )
}
