// What stands under the screen: what was asked for, how it went, and how it came to be shared.

import { button, element } from './element.js'
import { showFailure } from './problem.js'
import { toChargeLine, toClock, toShape } from './words.js'

/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */

/** @param {VideoResource} video */
export function showPrompt({ prompt }) {
  return element('p', { className: 'prompt' }, prompt || 'Untitled')
}

/**
 * @param {VideoResource} video
 * @param {string} time
 */
export function showFacts(video, time) {
  const elapsed = element('span', { className: 'elapsed' }, time)
  const node = element(
    'p',
    { className: 'facts' },
    element('span', {}, video.model),
    video.seconds === 'auto' ? null : element('span', {}, `${video.seconds} s`),
    video.size === 'auto' ? null : element('span', {}, toShape(video.size)),
    elapsed,
    video.remixed_from_video_id === null ? null : element('span', {}, 'A remix'),
  )
  return {
    node,
    /** @param {string} text */
    setTime(text) {
      elapsed.textContent = text
    },
  }
}

/** @param {VideoResource} video */
export function showEndedBadly({ error, charge }) {
  return showFailure(
    error ?? { code: 'upstream_error', message: 'It failed.' },
    element('p', { className: 'charge' }, toChargeLine(charge)),
  )
}

/** @typedef {'cached' | 'collapsed' | 'doubtful'} Sharing how an answer that is not new came about */

/** @type {Readonly<Record<Sharing, string>>} */
const sharings = {
  cached: 'From the cache: the same request was made before. Nothing new was paid.',
  collapsed: 'Joined: the same request is already under way. It is paid once.',
  doubtful:
    'The same request ended like this before and may have been paid. It was not sent again.',
}

/** @param {VideoResource} video found instead of a new one */
export function toSharing({ status }) {
  if (status === 'failed') return 'doubtful'
  return status === 'completed' ? 'cached' : 'collapsed'
}

/**
 * @param {Sharing | null} sharing
 * @param {(() => void) | null} generateAnew
 */
export function showSharing(sharing, generateAnew) {
  if (sharing === null) return null
  return element(
    'div',
    { className: 'hint' },
    element('p', {}, sharings[sharing]),
    generateAnew === null ? null : button('Generate a new one, paid', generateAnew),
  )
}

/**
 * How long it took, or has taken so far.
 * @param {VideoResource} video
 * @param {number} endedAt ms
 */
export function toElapsed(video, endedAt) {
  return toClock(endedAt - video.created_at * 1000)
}
