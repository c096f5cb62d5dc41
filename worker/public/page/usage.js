// What the key has spent and may spend. Asked for after everything that can cost something.

import { element, find } from './element.js'
import { toMoney } from './words.js'

/**
 * @typedef {object} KeyUsage the `key` of `GET /v1/usage`
 * @property {string} name
 * @property {number} spent_usd
 * @property {number} held_usd
 * @property {{ budget_usd: number | null }} limits
 */

/** @param {KeyUsage | null} key null while no key is known */
export function showUsage(key) {
  const section = find('usage', HTMLElement)
  const title = find('usage-title', HTMLElement)
  section.hidden = key === null
  if (key === null) return
  const { spent_usd: spent, held_usd: held, limits, name } = key
  const budget = limits.budget_usd
  const limit = budget === null ? 'without a budget' : `of ${toMoney(budget)}`
  const waiting = held === 0 ? '' : `, ${toMoney(held)} held`
  section.replaceChildren(
    title,
    ...(budget === null || budget === 0 ? [] : [createMeter(spent + held, budget)]),
    element('p', {}, `${toMoney(spent)} spent${waiting} ${limit}`),
    element('p', { className: 'note' }, `Key “${name}”`),
  )
}

/**
 * @param {number} used
 * @param {number} budget
 */
function createMeter(used, budget) {
  const meter = element('meter', { max: budget, high: budget * 0.9, low: 0, value: used })
  meter.ariaLabel = 'Spent and held of the budget'
  return meter
}
