// Past and running videos, newest first, a page at a time. Tiles are replaced one by one, so that a
// change to one leaves the others, their posters and the focus alone.

import { confirmButton } from './confirmButton.js'
import { button, element, find } from './element.js'
import { showProblem } from './problem.js'
import { toLocalUrl } from './safeUrl.js'
import { isEnded } from './stage.js'
import { toPhaseName, toShortTime } from './words.js'

/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */

/** Fits the grid at 1, 2, 3 and 4 columns. */
const PAGE_SIZE = 12

/**
 * @param {object} options
 * @param {import('./gateway.js').Gateway} options.gateway
 * @param {(video: VideoResource) => void} options.onOpen
 * @param {(video: VideoResource) => Promise<void>} options.onDelete
 */
export function createGallery({ gateway, onOpen, onDelete }) {
  const section = find('gallery', HTMLElement)
  const list = element('ul', { className: 'tiles' })
  const problem = element('div')
  const more = button('Show more', () => void showMore(), 'more')
  section.append(list, more, problem)
  /** @type {Map<string, { tile: HTMLElement, video: VideoResource }>} */
  const tiles = new Map()
  /** @type {string | null} */
  let currentId = null

  /** @param {VideoResource} video */
  function put(video) {
    const known = tiles.get(video.id)
    if (known !== undefined && looksSame(known.video, video)) return
    const tile = createTile(video)
    tiles.set(video.id, { tile, video })
    if (known === undefined) return tile
    const hadFocus = known.tile.contains(document.activeElement)
    known.tile.replaceWith(tile)
    if (hadFocus) tile.querySelector('button')?.focus()
    return undefined
  }

  /** @param {VideoResource} video */
  function createTile(video) {
    const open = button('', () => onOpen(video), 'open')
    open.append(
      createPoster(video),
      element('span', { className: 'words' }, video.prompt ?? 'Untitled'),
    )
    const tile = element('li', { className: 'tile' }, open)
    tile.append(
      element(
        'footer',
        {},
        element('span', {}, toShortTime(video.created_at)),
        isEnded(video) ? createDeleteButton(video) : null,
      ),
    )
    tile.ariaCurrent = String(video.id === currentId)
    return tile
  }

  /** @param {VideoResource} video */
  function createDeleteButton(video) {
    const node = confirmButton('Delete', 'For good?', () => {
      problem.replaceChildren()
      onDelete(video).catch((error) => problem.replaceChildren(showProblem(error)))
    })
    // Heard alone, one “Delete” among twelve says too little.
    node.ariaDescription = (video.prompt ?? 'Untitled').slice(0, 80)
    return node
  }

  function refreshState() {
    section.hidden = tiles.size === 0
  }

  async function showMore() {
    const after = [...tiles.keys()].at(-1)
    more.disabled = true
    try {
      const page = await gateway.list({ limit: PAGE_SIZE, after })
      for (const video of page.videos) list.append(put(video) ?? '')
      more.hidden = !page.hasMore
      problem.replaceChildren()
    } catch (error) {
      problem.replaceChildren(showProblem(error))
    } finally {
      more.disabled = false
      refreshState()
    }
  }

  return {
    /** Forgets everything and reads the first page. @returns {Promise<readonly VideoResource[]>} */
    async load() {
      const page = await gateway.list({ limit: PAGE_SIZE })
      tiles.clear()
      list.replaceChildren(...page.videos.map((video) => put(video) ?? ''))
      more.hidden = !page.hasMore
      problem.replaceChildren()
      refreshState()
      return page.videos
    },
    /** Puts a new video in front, or a changed one in its place. @param {VideoResource} video */
    update(video) {
      const tile = put(video)
      if (tile !== undefined) list.prepend(tile)
      refreshState()
    },
    /** @param {string} id */
    remove(id) {
      tiles.get(id)?.tile.remove()
      tiles.delete(id)
      refreshState()
    },
    /** @param {string | null} id */
    setCurrent(id) {
      currentId = id
      for (const [key, { tile }] of tiles) tile.ariaCurrent = String(key === id)
    },
    running: () => [...tiles.values()].map(({ video }) => video).filter((video) => !isEnded(video)),
    clear() {
      tiles.clear()
      list.replaceChildren()
      more.hidden = true
      refreshState()
    },
  }
}

/** @param {VideoResource} video */
function createPoster(video) {
  const poster = element('span', { className: `poster ${video.status}` })
  const source = toLocalUrl(video.url)
  if (video.status === 'failed') poster.append('Failed')
  else if (video.status !== 'completed') {
    poster.append(video.progress > 0 ? `${video.progress} %` : toPhaseName(video.phase))
  } else if (source !== null) {
    const frame = element('video', { muted: true, playsInline: true, preload: 'metadata' })
    frame.tabIndex = -1
    frame.ariaHidden = 'true'
    // Phones show no frame of a video that was never sought.
    frame.src = `${source}#t=0.1`
    poster.append(frame)
  }
  return poster
}

/**
 * Links are made afresh for every answer; a tile need not be.
 * @param {VideoResource} one
 * @param {VideoResource} other
 */
function looksSame(one, other) {
  return one.status === other.status && one.progress === other.progress && one.phase === other.phase
}
