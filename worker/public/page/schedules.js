// What will start by itself: when next, how it went last, pause and run.

import { announce } from './announce.js'
import { button, element, find } from './element.js'
import { showProblem } from './problem.js'
import { readList } from './readList.js'
import { toDateTime } from './words.js'

/**
 * @typedef {object} Schedule one entry of `GET /v1/schedules`
 * @property {string} id
 * @property {string} name
 * @property {string} cron
 * @property {string} timezone
 * @property {boolean} paused
 * @property {number | null} next_run_at unix seconds
 * @property {readonly { at: number, state: string, video_id: string | null }[]} last_runs
 */

/**
 * @param {import('./gateway.js').Gateway} gateway
 * @param {(videoId: string) => void} onOpen
 */
export function createSchedules(gateway, onOpen) {
  const section = find('schedules', HTMLElement)
  const list = element('ul', { className: 'lines' })
  const problem = element('div')
  section.append(list, problem)

  /** @param {Schedule} schedule */
  function createLine(schedule) {
    const path = `/schedules/${schedule.id}`
    /** @param {string} done @param {() => Promise<unknown>} act */
    const change = async (done, act) => {
      try {
        const changed = /** @type {Schedule} */ (/** @type {unknown} */ (await act()))
        const next = createLine(changed)
        line.replaceWith(next)
        next.querySelector('button')?.focus()
        problem.replaceChildren()
        announce(`${schedule.name}: ${done}`)
      } catch (error) {
        problem.replaceChildren(showProblem(error))
      }
    }
    const pause = () =>
      void change(schedule.paused ? 'resumed' : 'paused', () =>
        gateway.call('POST', path, { paused: !schedule.paused }),
      )
    const run = () => void change('started', () => gateway.call('POST', `${path}/run`))
    const [last] = schedule.last_runs
    const videoId = last?.video_id ?? null
    const line = element(
      'li',
      {},
      element(
        'div',
        {},
        schedule.name,
        element('span', { className: 'note' }, toNext(schedule)),
        last === undefined
          ? null
          : element('span', { className: 'note' }, `Last: ${last.state}, ${toDateTime(last.at)}`),
      ),
      element(
        'div',
        { className: 'actions' },
        button(schedule.paused ? 'Resume' : 'Pause', pause),
        button('Run now', run),
        videoId === null ? null : button('Show the last', () => onOpen(videoId)),
      ),
    )
    return line
  }

  return {
    async load() {
      const schedules = await readList(gateway, '/schedules')
      list.replaceChildren(
        ...schedules.map((schedule) => createLine(/** @type {Schedule} */ (schedule))),
      )
      section.hidden = schedules.length === 0
    },
    clear() {
      section.hidden = true
    },
  }
}

/** @param {Schedule} schedule */
function toNext({ cron, timezone, paused, next_run_at: next }) {
  if (paused) return `${cron} (${timezone}), paused`
  return `${cron} (${timezone}), next ${next === null ? 'never' : toDateTime(next)}`
}
