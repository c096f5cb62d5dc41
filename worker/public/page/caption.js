// What stands under the screen: whose video it is, what can be done with it, and its events.

import { announce, copy } from './announce.js'
import { toCurl } from './curl.js'
import { button, element, link } from './element.js'
import { showFailure } from './problem.js'
import { createRemixForm } from './remixForm.js'
import { toLocalUrl } from './safeUrl.js'
import { toChargeLine, toClock, toShape } from './words.js'

/** @typedef {import('../../../shared/video.ts').VideoResource} VideoResource */
/** @typedef {import('./gateway.js').Sharing} Sharing */

/**
 * @typedef {object} Deeds
 * @property {() => void} cancel
 * @property {() => void} archive
 * @property {() => void} remove
 * @property {(() => void) | null} generateAnew
 * @property {(acceptPossibleCharge: boolean) => void} reuse
 * @property {(prompt: string) => Promise<void>} remix
 */

/** @param {VideoResource} video */
export function showPrompt({ prompt }) {
  return element(
    'p',
    { className: 'prompt' },
    prompt === null || prompt === '' ? 'Untitled' : prompt,
  )
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
    element('span', {}, `${video.seconds} s`),
    element('span', {}, toShape(video.size)),
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

/**
 * @param {Sharing} sharing
 * @param {(() => void) | null} generateAnew
 */
export function showSharing({ cached, collapsed }, generateAnew) {
  if (!cached && !collapsed) return null
  const words = cached
    ? 'From the cache: the same request was made before. Nothing new was paid.'
    : 'Joined: the same request is already under way. It is paid once.'
  return element(
    'div',
    { className: 'hint sharing' },
    element('p', {}, words),
    generateAnew === null || !cached
      ? null
      : element(
          'p',
          { className: 'actions' },
          button('Generate a new one', generateAnew),
          element('span', { className: 'note' }, 'It is paid like any other.'),
        ),
  )
}

/**
 * @param {VideoResource} video
 * @param {Deeds} deeds
 * @param {boolean} canRemix
 */
export function showDoneActions(video, deeds, canRemix) {
  const form = createRemixForm(deeds.remix)
  const address = video.url ?? ''
  const download = link('Download', toLocalUrl(address) ?? '', {
    className: 'button',
    download: `${video.id}.mp4`,
  })
  const copyLink = button('Copy link', () => void copy(address, copyLink, 'Link'))
  const copyCurl = button('Copy curl', () => void copy(toVideoCurl(video), copyCurl, 'Command'))
  const remix = button('Remix', () => form.toggle())
  return element(
    'div',
    { className: 'remix' },
    element(
      'div',
      { className: 'actions' },
      download,
      copyLink,
      copyCurl,
      canRemix ? remix : null,
      confirmButton('Delete', 'Delete for good', deeds.remove),
    ),
    form.node,
  )
}

/**
 * @param {VideoResource} video
 * @param {Deeds} deeds
 */
export function showFailedActions(video, deeds) {
  const code = video.error?.code ?? 'upstream_error'
  const isDoubtful = video.outcome === 'unknown'
  const canArchive = code === 'download_failed' || code === 'storage_failed'
  const source = video.source_url ?? ''
  return element(
    'div',
    { className: 'remix' },
    showFailure(
      { code, message: video.error?.message ?? 'It failed.' },
      element('p', { className: 'charge' }, toChargeLine(video.charge)),
    ),
    element(
      'div',
      { className: 'actions' },
      canArchive ? button('Fetch it again, unpaid', deeds.archive) : null,
      canArchive && source !== ''
        ? link('Open at the relay', source, { className: 'button' })
        : null,
      button('Edit and try again', () => deeds.reuse(isDoubtful)),
      confirmButton('Delete', 'Delete for good', deeds.remove),
    ),
  )
}

/**
 * Asks once more, in place: the second press within reach of the first, and never a modal.
 * @param {string} text
 * @param {string} sure
 * @param {() => void} onSure
 */
export function confirmButton(text, sure, onSure) {
  let isAsking = false
  const node = button(text, () => {
    if (isAsking) return onSure()
    isAsking = true
    node.textContent = sure
    node.classList.add('danger')
    announce(`Press again to confirm: ${sure}`)
  })
  node.addEventListener('blur', () => {
    isAsking = false
    node.textContent = text
    node.classList.remove('danger')
  })
  return node
}

/** @param {VideoResource} video */
function toVideoCurl(video) {
  const from = video.remixed_from_video_id
  if (from !== null) {
    return toCurl(location.origin, `/v1/videos/${from}/remix`, { prompt: video.prompt })
  }
  const { prompt, model, seconds, size } = video
  return toCurl(location.origin, '/v1/videos', { prompt, model, seconds, size })
}

/**
 * How long it took, or has taken so far.
 * @param {VideoResource} video
 * @param {number} endedAt ms
 */
export function toElapsed(video, endedAt) {
  return toClock(endedAt - video.created_at * 1000)
}
