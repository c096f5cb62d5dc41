// Puts the page together: key → models, videos, usage; Generate → the stage; a reload finds what is
// still running. Everything else is in the modules it names.

import { announce } from './announce.js'
import { createKeyHolder } from './apiKey.js'
import { toSharing } from './caption.js'
import { ApiError } from './core.js'
import { createDeliveries } from './deliveries.js'
import { find } from './element.js'
import { createGallery } from './gallery.js'
import { createGateway } from './gateway.js'
import { createIdempotency, createKey } from './idempotency.js'
import { showProblem } from './problem.js'
import { createRequestForm } from './requestForm.js'
import { createSchedules } from './schedules.js'
import { forgetSeenEvents, listWatched } from './seenEvents.js'
import { createStage, isEnded } from './stage.js'
import { showUsage } from './usage.js'

/** @typedef {import('../../../shared/video/video.ts').VideoResource} VideoResource */
/** @typedef {import('../../../shared/wire/json.ts').JsonObject} JsonObject */
/** @typedef {import('./requestForm.js').OfferedModel} OfferedModel */

/** Typing pauses longer than this between two keys; pasting does not. */
const TYPED_MS = 400
/** Running videos that are not on the stage are looked at this often. */
const LOOK_MS = 5000

const keyHolder = createKeyHolder()
const gateway = createGateway(keyHolder.get)
/** @type {readonly OfferedModel[]} */
let models = []
const idempotency = createIdempotency()

const form = createRequestForm((body) => generate(body))
const stage = createStage({
  gateway,
  canRemix: (video) => models.find(({ id }) => id === video.model)?.remix !== 'off',
  onIdea: (prompt) => form.setPrompt(prompt),
  onChange(video) {
    gallery.update(video)
    if (!isEnded(video)) return
    void refreshUsage()
    void deliveries.load()
  },
  createDeeds: (video, sharing, redo) => ({
    cancel: () => void attempt(async () => gallery.update(await gateway.cancel(video.id))),
    archive: () =>
      void attempt(async () => {
        await gateway.call('POST', `/videos/${video.id}/archive`)
        show(await gateway.retrieve(video.id))
      }),
    remove: () => void attempt(() => remove(video)),
    generateAnew: sharing === 'cached' ? redo : null,
    reuse: (isDoubtful) => form.reuse(video, isDoubtful),
    remix: (prompt) =>
      submit((how) => gateway.remix(video.id, { prompt }, how), { prompt, of: video.id }),
  }),
})
const gallery = createGallery({ gateway, onOpen: (video) => void open(video), onDelete: remove })
const schedules = createSchedules(gateway, (id) => void open({ id }))
const deliveries = createDeliveries(gateway)

/** @param {JsonObject} body */
async function generate(body) {
  if (keyHolder.get() === '') {
    find('api-key', HTMLInputElement).focus()
    throw new ApiError('There is no API key yet.', { status: 401, code: 'invalid_api_key' })
  }
  await submit((how) => gateway.createVideo(body, how), body)
}

/**
 * @param {(how: { idempotencyKey: string, cacheControl?: string }) => ReturnType<typeof gateway.createVideo>} send
 * @param {JsonObject} wish tells this request from others
 */
async function submit(send, wish) {
  const idempotencyKey = idempotency.keyFor(JSON.stringify(wish))
  const created = await send({ idempotencyKey }).catch((error) => {
    if (!(error instanceof ApiError) || error.status !== 0) idempotency.answered()
    throw error
  })
  idempotency.answered()
  const { video, isNew, isReplayed } = created
  const redo = () =>
    void attempt(async () => {
      const again = await send({ idempotencyKey: createKey(), cacheControl: 'no-cache' })
      show(again.video)
    })
  show(video, { sharing: isNew || isReplayed ? null : toSharing(video), redo })
  announce(isEnded(video) ? 'Answered' : 'Generating')
  find('stage', HTMLElement).scrollIntoView({ block: 'nearest' })
  void refreshUsage()
}

/** @param {Parameters<typeof stage.show>} what */
function show(...what) {
  stage.show(...what)
  gallery.update(what[0])
  gallery.setCurrent(what[0].id)
}

/** @param {{ id: string }} video */
async function open(video) {
  await attempt(async () => show(await gateway.retrieve(video.id)))
  find('stage', HTMLElement).scrollIntoView({ block: 'nearest' })
}

/** @param {VideoResource} video */
async function remove(video) {
  await gateway.remove(video.id)
  forgetSeenEvents(video.id)
  gallery.remove(video.id)
  if (stage.currentId() === video.id) stage.clear()
  announce('Deleted')
}

/**
 * @param {() => Promise<unknown>} act
 * @param {HTMLElement} [place] where it is told when it fails
 */
async function attempt(act, place = find('stage-problem', HTMLElement)) {
  place.replaceChildren()
  await act().catch((error) => place.replaceChildren(showProblem(error)))
}

async function refreshUsage() {
  const answer = await gateway.call('GET', '/usage').catch(() => null)
  showUsage(/** @type {{ key: import('./usage.js').KeyUsage } | null} */ (answer)?.key ?? null)
}

/** With a key: everything it opens. What was being watched, or else still runs, takes the stage. */
async function connect() {
  const place = find('key-problem', HTMLElement)
  place.replaceChildren()
  if (keyHolder.get() === '') {
    stage.clear()
    gallery.clear()
    schedules.clear()
    deliveries.clear()
    return showUsage(null)
  }
  await attempt(async () => {
    const answer = await gateway.call('GET', '/models')
    models = /** @type {{ data: OfferedModel[] }} */ (answer).data
    form.showModels(models)
    const [videos] = await Promise.all([gallery.load(), refreshUsage()])
    const watched = listWatched()
    const found =
      videos.find(({ id }) => watched.includes(id)) ?? videos.find((video) => !isEnded(video))
    if (found !== undefined && stage.currentId() === null) show(found)
    await Promise.all([schedules.load(), deliveries.load()])
  }, place)
}

function wireKeyField() {
  const field = find('api-key', HTMLInputElement)
  const remember = find('remember', HTMLInputElement)
  const note = find('key-note', HTMLElement)
  const tell = () => {
    note.textContent = remember.checked
      ? 'Kept in this browser until you untick the box.'
      : 'Stays in this tab’s memory only.'
  }
  let timer = 0
  field.value = keyHolder.get()
  remember.checked = keyHolder.isRemembered()
  tell()
  field.addEventListener('input', () => {
    keyHolder.set(field.value.trim())
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), TYPED_MS)
  })
  remember.addEventListener('change', () => {
    keyHolder.remember(remember.checked)
    tell()
  })
  find('key-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    void connect()
  })
}

async function showBanner() {
  const banner = find('banner', HTMLElement)
  const health = await fetch('/health').then(
    (response) => response.json(),
    () => null,
  )
  banner.hidden = health?.simulated_relay !== true && health?.error === undefined
  banner.textContent =
    health?.simulated_relay === true
      ? 'This gateway talks to a built-in simulator; nothing is paid, videos are test patterns.'
      : String(health?.error?.message ?? '')
}

async function lookAtRunning() {
  for (const video of gallery.running()) {
    if (video.id === stage.currentId()) continue
    // What cannot be read now is looked at again soon.
    const now = await gateway.retrieve(video.id).catch(() => null)
    if (now !== null) gallery.update(now)
  }
  setTimeout(() => void lookAtRunning(), LOOK_MS)
}

wireKeyField()
void showBanner()
void connect()
setTimeout(() => void lookAtRunning(), LOOK_MS)
