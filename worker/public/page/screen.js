// The place where the video will be, in each of its states. It keeps its shape from one to the next,
// so that nothing on the page jumps when the video arrives.

import { button, element } from './element.js'
import { toLocalUrl } from './safeUrl.js'
import { toPhaseName } from './words.js'

/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */
/** @typedef {import('../../../shared/video/video.ts').VideoState} VideoState */

/** For whoever does not know yet what to ask for. */
const ideas = [
  'A paper boat drifts down a rainy street, filmed from just above the water',
  'A cat learns to play chess in a sunlit library, slow dolly in',
  'Time-lapse of a city skyline drawn in chalk, from dawn to night',
]

/** @param {(prompt: string) => void} onIdea */
export function showEmptyScreen(onIdea) {
  return element(
    'div',
    { className: 'screen empty' },
    element(
      'div',
      { className: 'ideas' },
      element('p', {}, 'Describe a video and press Generate. It will play here.'),
      ...ideas.map((idea) => button(idea, () => onIdea(idea))),
    ),
  )
}

/** @param {VideoResource} video */
export function createRunningScreen({ size }) {
  const percent = element('p', { className: 'percent' })
  const phase = element('p', { className: 'phase' })
  const progress = element('progress', { max: 100 })
  progress.ariaLabel = 'Progress of the video'
  const node = element(
    'div',
    { className: toClass('running', size) },
    element('div', {}, percent, phase),
    progress,
  )
  return {
    node,
    /** @param {Pick<VideoState, 'progress' | 'phase'>} state */
    update(state) {
      // Until the relay names a number nobody knows how far it is.
      if (state.progress > 0) progress.value = state.progress
      else progress.removeAttribute('value')
      percent.textContent = state.progress > 0 ? `${state.progress} %` : ''
      phase.textContent = toPhaseName(state.phase)
    },
  }
}

/**
 * @param {VideoResource} video
 */
export function showVideoScreen(video) {
  const player = element('video', {
    controls: true,
    loop: true,
    // Browsers start a video by themselves only when it is silent; its controls bring the sound.
    muted: true,
    playsInline: true,
    preload: 'auto',
    autoplay: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  })
  player.ariaLabel = 'The video'
  player.src = toLocalUrl(video.url) ?? ''
  const node = element('div', { className: toClass('done', video.size) }, player)
  player.addEventListener('error', () => {
    player.replaceWith(
      element('p', {}, 'This browser could not play the file. Download it instead.'),
    )
  })
  return node
}

/**
 * @param {string} state
 * @param {string} size
 */
function toClass(state, size) {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return `screen ${state}${height > width ? ' portrait' : ''}`
}
