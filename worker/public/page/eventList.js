// The log of one generation as a list that grows. Not a live region: the announcer says what
// matters, and every percent would be noise.

import { element, link } from './element.js'
import { toClock, toEventLine } from './words.js'

/** @typedef {import('../../../shared/video/events.ts').WireEvent} WireEvent */

/** @param {boolean} open */
export function createEventList(open) {
  const list = element('ol')
  const log = element('div', { className: 'log', role: 'log', ariaLive: 'off', tabIndex: 0 }, list)
  log.ariaLabel = 'Events'
  const node = element(
    'details',
    { className: 'events', open },
    element('summary', {}, 'Events'),
    log,
  )
  /** @type {number | null} */
  let startedAt = null

  return {
    node,
    /** @param {WireEvent} event */
    add(event) {
      startedAt ??= event.at
      const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8
      list.append(
        element(
          'li',
          {},
          element(
            'time',
            { dateTime: new Date(event.at).toISOString() },
            toClock(event.at - startedAt),
          ),
          event.type === 'preview' && event.url !== ''
            ? link(toEventLine(event), event.url)
            : element('span', {}, toEventLine(event)),
        ),
      )
      if (isAtEnd) log.scrollTop = log.scrollHeight
    },
  }
}

/** @typedef {ReturnType<typeof createEventList>} EventList */
