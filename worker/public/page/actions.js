// What can be done with a generation that has ended, as buttons; the deeds themselves are lent.

import { copy } from './announce.js'
import { confirmButton } from './confirmButton.js'
import { toCurl } from './curl.js'
import { button, element, link } from './element.js'
import { createRemixForm } from './remixForm.js'
import { toLocalUrl } from './safeUrl.js'

/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */

/**
 * @typedef {object} Deeds
 * @property {() => void} cancel
 * @property {() => void} archive
 * @property {() => void} remove
 * @property {(() => void) | null} generateAnew
 * @property {(isDoubtful: boolean) => void} reuse
 * @property {(prompt: string) => Promise<void>} remix
 */

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
  return element(
    'div',
    { className: 'fields' },
    element(
      'div',
      { className: 'actions' },
      download,
      copyLink,
      copyCurl,
      canRemix ? button('Remix', form.toggle) : null,
      confirmButton('Delete', 'Delete for good', deeds.remove),
    ),
    form.node,
  )
}

/**
 * @param {VideoResource} video
 * @param {Deeds} deeds
 */
export function showFailedActions({ error, outcome, source_url: source = '' }, deeds) {
  const canArchive = error?.code === 'download_failed' || error?.code === 'storage_failed'
  return element(
    'div',
    { className: 'actions' },
    canArchive ? button('Fetch it again, unpaid', deeds.archive) : null,
    source === '' ? null : link('Open at the relay', source, { className: 'button' }),
    button('Edit and try again', () => deeds.reuse(outcome === 'unknown')),
    confirmButton('Delete', 'Delete for good', deeds.remove),
  )
}

/** @param {VideoResource} video */
function toVideoCurl({ prompt, model, seconds, size, remixed_from_video_id: from }) {
  return from === null
    ? toCurl('POST', `${location.origin}/v1/videos`, { prompt, model, seconds, size })
    : toCurl('POST', `${location.origin}/v1/videos/${from}/remix`, { prompt })
}
