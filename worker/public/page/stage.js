// Shows one generation at a time and follows its log until it ends. What is on the stage is replaced
// as a whole when the state changes and only touched up while it runs, so focus stays where it was.

import { showDoneActions, showFailedActions } from './actions.js'
import { announce } from './announce.js'
import { showEndedBadly, showFacts, showPrompt, showSharing, toElapsed } from './caption.js'
import { advance, initialState } from './core.js'
import { button, element, find } from './element.js'
import { createEventList } from './eventList.js'
import { showProblem } from './problem.js'
import { createRunningScreen, showEmptyScreen, showVideoScreen } from './screen.js'
import { forgetSeenEvents, keepSeenEvents, readSeenEvents } from './seenEvents.js'
import { toClock, toPhaseName } from './words.js'

/** @typedef {import('../../../shared/video/events.ts').WireEvent} WireEvent */
/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */
/** @typedef {import('./actions.js').Deeds} Deeds */
/** @typedef {import('./caption.js').Sharing} Sharing */

/**
 * @typedef {object} StageOptions
 * @property {import('./gateway.js').Gateway} gateway
 * @property {(video: VideoResource) => boolean} canRemix
 * @property {(video: VideoResource, sharing: Sharing | null, redo: (() => void) | null) => Deeds} createDeeds
 * @property {(video: VideoResource) => void} onChange the video began, ended or moved on
 * @property {(prompt: string) => void} onIdea a prompt was picked from the empty stage
 */

const PAGE_TITLE = document.title
const TICK_MS = 1000

/** @param {StageOptions} options */
export function createStage({ gateway, canRemix, createDeeds, onChange, onIdea }) {
  const body = find('stage-body', HTMLElement)
  const heading = find('stage-title', HTMLElement)
  let following = new AbortController()
  /** @type {VideoResource | null} */
  let current = null

  clear()

  function clear() {
    leave()
    current = null
    document.title = PAGE_TITLE
    replace(showEmptyScreen(onIdea))
  }

  function leave() {
    following.abort()
    following = new AbortController()
  }

  /** @param {...Node | null} nodes */
  function replace(...nodes) {
    const hadFocus = body.contains(document.activeElement)
    body.replaceChildren(...nodes.filter((node) => node !== null))
    // Whoever stood on a button that is gone is taken to the start of what replaced it.
    if (hadFocus) heading.focus()
  }

  /**
   * @param {VideoResource} video
   * @param {{ sharing?: Sharing | null, redo?: (() => void) | null }} [how] how it came to be asked for
   */
  function show(video, how = {}) {
    leave()
    current = video
    const sharing = how.sharing ?? null
    const deeds = createDeeds(video, sharing, how.redo ?? null)
    const hint = showSharing(sharing, deeds.generateAnew)
    if (isEnded(video)) showEnd(video, deeds, hint, null)
    else void watch(video, deeds, hint, following.signal)
  }

  /**
   * @param {VideoResource} video
   * @param {Deeds} deeds
   * @param {HTMLElement | null} hint
   * @param {AbortSignal} signal
   */
  async function watch(video, deeds, hint, signal) {
    const screen = createRunningScreen(video)
    const list = createEventList(true)
    const elapsed = () => toElapsed(video, Date.now())
    const facts = showFacts(video, elapsed())
    const problem = element('div')
    replace(
      screen.node,
      element(
        'div',
        { className: 'caption' },
        showPrompt(video),
        facts.node,
        hint,
        problem,
        element('div', { className: 'actions' }, button('Cancel', deeds.cancel)),
        list.node,
      ),
    )
    const timer = setInterval(() => facts.setTime(elapsed()), TICK_MS)
    signal.addEventListener('abort', () => clearInterval(timer))

    const events = readSeenEvents(video.id)
    let state = initialState
    /** @param {WireEvent} event */
    const take = (event) => {
      if (event.type !== 'completed') {
        state = advance(state, { offset: event.offset, at: event.at, event })
      }
      list.add(event)
      screen.update(state)
      document.title = `${toPhaseName(state.phase)} ${state.progress} % · ${PAGE_TITLE}`
    }
    for (const event of events) take(event)
    screen.update(state)
    try {
      const after = events.at(-1)?.offset ?? 0
      for await (const event of gateway.follow(video.id, { after, signal })) {
        const before = state
        take(event)
        events.push(event)
        announceChange(before, state)
        if (event.type === 'completed' || event.type === 'failed') break
        keepSeenEvents(video.id, events)
        onChange({ ...video, ...pick(state) })
      }
      const ended = await gateway.retrieve(video.id, signal)
      if (signal.aborted) return
      forgetSeenEvents(video.id)
      leave()
      current = ended
      showEnd(ended, deeds, hint, events)
      announce(ended.status === 'completed' ? 'The video is ready' : 'The video failed')
      onChange(ended)
    } catch (error) {
      if (signal.aborted) return
      clearInterval(timer)
      problem.replaceChildren(
        showProblem(error),
        button('Follow it again', () => show(video)),
      )
    }
  }

  /**
   * @param {VideoResource} video
   * @param {Deeds} deeds
   * @param {HTMLElement | null} hint
   * @param {readonly WireEvent[] | null} events null when they were not watched
   */
  function showEnd(video, deeds, hint, events) {
    const isDone = video.status === 'completed'
    const list = createEventList(false)
    if (events === null) list.node.addEventListener('toggle', () => void load(), { once: true })
    else for (const event of events) list.add(event)
    const load = async () => {
      const { signal } = following
      try {
        for await (const event of gateway.follow(video.id, { signal })) list.add(event)
      } catch (error) {
        if (!signal.aborted) list.node.append(showProblem(error))
      }
    }
    const endedAt = events?.at(-1)?.at ?? (video.completed_at ?? 0) * 1000
    const took = endedAt === 0 ? '' : `took ${toClock(endedAt - video.created_at * 1000)}`
    document.title = `${isDone ? 'Ready' : 'Failed'} · ${PAGE_TITLE}`
    replace(
      isDone ? showVideoScreen(video) : null,
      element(
        'div',
        { className: 'caption' },
        isDone ? null : showEndedBadly(video),
        showPrompt(video),
        showFacts(video, took).node,
        hint,
        isDone ? showDoneActions(video, deeds, canRemix(video)) : showFailedActions(video, deeds),
        list.node,
      ),
    )
  }

  return { show, clear, currentId: () => current?.id ?? null }
}

/** @param {Pick<VideoResource, 'status'>} video */
export function isEnded({ status }) {
  return status === 'completed' || status === 'failed'
}

/** @typedef {import('../../../shared/video/video.ts').VideoState} VideoState */

/** @param {VideoState} state */
function pick({ status, phase, progress }) {
  return { status, phase, progress }
}

/**
 * @param {VideoState} before
 * @param {VideoState} after
 */
function announceChange(before, after) {
  const quarter = Math.floor(after.progress / 25)
  if (before.phase !== after.phase) announce(toPhaseName(after.phase))
  else if (quarter > Math.floor(before.progress / 25)) announce(`${quarter * 25} percent`)
}
