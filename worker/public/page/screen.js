// The place where the video will be, in its four states. It keeps its shape from one to the next,
// so that nothing on the page jumps when the video arrives.

import { element } from './element.js'
import { toLocalUrl } from './safeUrl.js'
import { toPhaseName } from './words.js'

/** @typedef {import('../../../shared/video.ts').VideoResource} VideoResource */
/** @typedef {import('../../../shared/video.ts').VideoState} VideoState */

export function showEmptyScreen() {
  return element(
    'div',
    { className: 'screen empty' },
    element('p', {}, 'Describe a video and press Generate. It will play here.'),
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
 * @param {boolean} play
 */
export function showVideoScreen(video, play) {
  const player = element('video', {
    controls: true,
    loop: true,
    // Browsers start a video by themselves only when it is silent; its controls bring the sound.
    muted: true,
    playsInline: true,
    preload: 'auto',
    autoplay: play && !matchMedia('(prefers-reduced-motion: reduce)').matches,
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

/** @param {VideoResource} video */
export function showFailedScreen({ size }) {
  return element(
    'div',
    { className: toClass('failed', size) },
    element('p', {}, 'No video came of this.'),
  )
}

/**
 * @param {string} state
 * @param {string} size
 */
function toClass(state, size) {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return `screen ${state}${height > width ? ' portrait' : ''}`
}
