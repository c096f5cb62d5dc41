// What the account's webhook endpoints were told, newest first, and a way to tell them again.

import { announce } from './announce.js'
import { button, element, find } from './element.js'
import { showProblem } from './problem.js'
import { readList } from './readList.js'
import { toDateTime } from './words.js'

/**
 * @typedef {object} Delivery one entry of `GET /v1/webhook_endpoints/{id}/deliveries`
 * @property {string} id
 * @property {string} webhook_endpoint_id
 * @property {string} event_type
 * @property {string} state
 * @property {number} attempts
 * @property {number | null} status_code
 * @property {string | null} problem
 * @property {number} created_at unix seconds
 */
/** @typedef {{ id: string, name: string }} Endpoint */

/** The latest few of each endpoint: enough to see whether it is well. */
const SHOWN = 5

/** @param {import('./gateway.js').Gateway} gateway */
export function createDeliveries(gateway) {
  const section = find('deliveries', HTMLElement)
  const list = element('ul', { className: 'lines' })
  const problem = element('div')
  section.append(list, problem)

  /**
   * @param {Endpoint} endpoint
   * @param {Delivery} delivery
   */
  function createLine(endpoint, delivery) {
    const replay = async () => {
      const path = `/webhook_endpoints/${endpoint.id}/deliveries/${delivery.id}/replay`
      try {
        const again = /** @type {Delivery} */ (
          /** @type {unknown} */ (await gateway.call('POST', path))
        )
        const next = createLine(endpoint, again)
        line.replaceWith(next)
        next.querySelector('button')?.focus()
        problem.replaceChildren()
        announce('Will be delivered again')
      } catch (error) {
        problem.replaceChildren(showProblem(error))
      }
    }
    const line = element(
      'li',
      {},
      element(
        'div',
        {},
        `${delivery.event_type} to ${endpoint.name}`,
        element('span', { className: 'note' }, toWords(delivery)),
      ),
      button('Replay', () => void replay()),
    )
    return line
  }

  return {
    async load() {
      const endpoints = /** @type {readonly Endpoint[]} */ (
        await readList(gateway, '/webhook_endpoints')
      )
      const lines = await Promise.all(
        endpoints.map(async (endpoint) => {
          const path = `/webhook_endpoints/${endpoint.id}/deliveries?limit=${SHOWN}`
          const deliveries = /** @type {readonly Delivery[]} */ (await readList(gateway, path))
          return deliveries.map((delivery) => createLine(endpoint, delivery))
        }),
      )
      list.replaceChildren(...lines.flat())
      section.hidden = lines.flat().length === 0
    },
    clear() {
      section.hidden = true
    },
  }
}

/** @param {Delivery} delivery */
function toWords({ state, attempts, status_code: status, problem, created_at: at }) {
  const answer = status === null ? '' : `, HTTP ${status}`
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return `${state}${answer}, ${tries}, ${toDateTime(at)}${problem === null ? '' : `: ${problem}`}`
}
