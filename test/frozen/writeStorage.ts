// Writes the storage of a gateway that was killed in the middle of everything, with every state a
// row can be in, and what could be read of it a moment before:
//   node test/frozen/writeStorage.ts test/fixtures/storage/<release>

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { createImage } from '../relay/media/image.ts'
import { readWhole } from '../relay/media/mp4.ts'
import type { Reply } from '../worker/startReceiver.ts'
import { killRuntime } from '../worker/killRuntime.ts'
import { Author } from './author.ts'
import { Client } from './client.ts'
import type { Expected, JsonObject } from './expected.ts'
import { requestSecret, settings } from './expected.ts'
import { foldLogs, packStorage } from './files.ts'
import { RECEIVER, serveSmall, startOutside } from './outside.ts'
import { arrangeRelay } from './relayWhileWriting.ts'

/** After a minute an account asks after what runs, and then its row says `open`, not `admitted`. */
const UNTIL_OPEN_MS = 62_000

const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('Name a folder: test/fixtures/storage/<release>')
const day = new Date().toISOString().slice(0, 10)
const folder = await mkdtemp(join(tmpdir(), 'reelay-frozen-'))
const outside = await startOutside(replyWhileWriting)
arrangeRelay(outside.relay, serveSmall)
const start = (vars: object = {}) =>
  startGateway({ relay: outside.relay, persistTo: folder, vars: { ...settings, ...vars } })

// A gateway that keeps a video for nine seconds leaves one behind whose time is over.
let gateway: RunningGateway = await start({ RETENTION_DAYS: '0.0001' })
const author = new Author(new Client(gateway))
await writeAccounts()
await author.order('expired', { wait: true })
await author.until('the time of one is over', async () => {
  const { key } = author.keys['main'] ?? { key: '' }
  const { id } = author.video('expired')
  return (await author.client.call(key, `/v1/videos/${id}`)).status === 410
})
await gateway.close()

gateway = await start()
author.client = new Client(gateway)
await writeEndpoints()
await writeOpenVideos()
const callback = await writeCallback()
await writeEndedVideos()
await writeStudio()
await sleep(UNTIL_OPEN_MS)
await writeSchedules()
await writeLatestVideos()
const expected = await readEverything()
await killRuntime()
await gateway.close()
await outside.close()

await foldLogs(folder)
await mkdir(target, { recursive: true })
await packStorage(folder, target)
await writeFile(join(target, 'expected.json'), `${JSON.stringify(expected, null, 1)}\n`)
await rm(folder, { recursive: true, force: true })

async function writeAccounts(): Promise<void> {
  await author.createKey('main', 'atelier')
  await author.createKey('limited', 'atelier', { budget_usd: 50, rpm: 1, concurrency: 5 })
  await author.createKey('holding', 'atelier', { budget_usd: 20 })
  await author.createKey('reading', 'atelier', { scopes: ['read'], expires_at: 4_102_444_800 })
  await author.createKey('expired', 'atelier', { expires_at: 1_700_000_000 })
  await author.createKey('rotated', 'atelier')
  await author.rotateKey('rotated', 30 * 86_400)
  await author.createKey('revoked', 'atelier')
  await author.createKey('studio', 'studio')
}

async function writeEndpoints(): Promise<void> {
  await author.createEndpoint('answering')
  await author.createEndpoint('failing')
  await author.rotateEndpoint('failing')
  await author.createEndpoint('gone')
  await author.createEndpoint('studio', 'studio')
}

/** Open until the end: the runtime dies while they are what their names say. */
async function writeOpenVideos(): Promise<void> {
  await author.order('running with a task page', { idempotent: true })
  const webhook = { url: `${RECEIVER}/requested`, secret: requestSecret }
  await author.order('running without a trace', { body: { webhook } })
  await author.order('link seen, stream open')
  await author.order('looked up')
  await author.order('queued until later', { idempotent: true })
  const image = Buffer.from(readWhole(createImage('png', 'frozen'))).toString('base64')
  const input_reference = { image_url: `data:image/png;base64,${image}` }
  await author.order('queued with an image', { body: { input_reference } })
  await author.order('running with an image', { body: { input_reference } })
  await author.untilEvent('link seen, stream open', 'preview')
  await author.untilEvent('running with a task page', 'progress')
  await author.untilEvent('running without a trace', 'progress')
}

/** Waits for two that run and one that was never told about. */
async function writeCallback(): Promise<JsonObject> {
  const names = ['running with a task page', 'running without a trace', 'looked up']
  const video_ids = names.map((name) => author.video(name).id)
  const body = { video_ids, url: `${RECEIVER}/callback`, secret: requestSecret }
  return await author.call('main', '/v1/callbacks', { body }, 201)
}

async function writeEndedVideos(): Promise<void> {
  const wait = true
  const webhook = { url: `${RECEIVER}/answering-once`, secret: requestSecret }
  const completed = { webhook, metadata: { order: '7', note: 'für später' }, seconds: '8' }
  const id = await author.order('completed', { wait, idempotent: true, body: completed })
  await author.order('completed, not to be shared', {
    wait,
    headers: { 'cache-control': 'no-store' },
  })
  await author.order('remixed', { wait, idempotent: true, path: `/v1/videos/${id}/remix` })
  await author.order('completed as chat', {
    path: '/v1/chat/completions',
    body: { model: 'sora-2', messages: [{ role: 'user', content: 'completed as chat' }] },
  })
  await author.order('refused [fail:guardrail]', { wait })
  await author.order('put off for a day [fault:429-huge]', { wait })
  await author.order('doubtful [fault:504]', { wait, idempotent: true, key: 'holding' })
  const deleted = await author.order('doubtful and deleted [fault:504]', { wait, key: 'holding' })
  await author.call('main', `/v1/videos/${deleted}`, { method: 'DELETE' })
  const settled = await author.order('settled by hand [fault:504]', { wait, key: 'holding' })
  await author.admin(`/admin/videos/${settled}/settle`, { body: { charged: true } })
  await author.order('download refused', { wait })
  for (const name of ['cancelled while running', 'cancelled in the queue']) {
    const one = await author.order(name)
    await author.untilEvent(name, name.endsWith('queue') ? 'phase' : 'progress')
    await author.call('main', `/v1/videos/${one}/cancel`, { method: 'POST' })
  }
  const gone = await author.order('deleted', { wait, idempotent: true })
  await author.call('main', `/v1/videos/${gone}`, { method: 'DELETE' })
}

/** Another tenant, of whom nothing is open, and whose relay has just said that there is no money. */
async function writeStudio(): Promise<void> {
  const key = 'studio'
  await author.order('completed in the studio', { key, wait: true, idempotent: true })
  await author.order('failed in the studio [fail:quota]', { key, wait: true })
}

/** One slot on time, some that a late trigger passed over, one put off, one refused, one by hand. */
async function writeSchedules(): Promise<void> {
  const webhook = { url: `${RECEIVER}/scheduled`, secret: requestSecret }
  await author.createSchedule('every minute', 'main', { webhook })
  await author.createSchedule('paused', 'main', { paused: true, timezone: 'Europe/Berlin' })
  await author.createSchedule('put off', 'limited', {})
  await author.createSchedule('without a key', 'revoked', {})
  const { id } = author.keys['revoked'] ?? { id: '' }
  await author.admin(`/admin/keys/${id}`, { method: 'DELETE' })
  // Uses up the minute of this key.
  await author.order('completed with limits', { key: 'limited', wait: true })
  const path = `/v1/schedules/${author.schedules['every minute']}`
  const { next_run_at } = await author.call('main', path)
  await author.client.trigger((Number(next_run_at) + 120) * 1000)
  await author.call('main', `${path}/run`, { method: 'POST', body: {} })
  const withoutKey = `/v1/schedules/${author.schedules['without a key']}`
  await author.call('main', withoutKey, { method: 'PATCH', body: { paused: true } })
  const { last_runs } = await author.call('main', path)
  const runs = (last_runs as JsonObject[]).filter((run) => run['state'] === 'started')
  for (const [index, run] of runs.entries()) {
    const name = `started by a schedule ${index}`
    author.note(name, String(run['video_id']))
    await author.untilEvent(name, 'completed')
  }
}

/** Hang for some seconds only, so these come last. Their account has not yet asked after them. */
async function writeLatestVideos(): Promise<void> {
  for (const name of ['download put off', 'download hangs', 'large download hangs']) {
    await author.order(name)
    await author.untilEvent(name, 'archiving')
  }
  const webhook = { url: `${RECEIVER}/hanging` }
  await author.order('told to nobody yet', { wait: true, body: { webhook } })
  await author.until('the hanging receiver is called', async () =>
    outside.arrivals.some(({ path }) => path === '/hanging'),
  )
}

function replyWhileWriting(path: string): Reply | 'hang' {
  if (path === '/failing') return { status: 500 }
  if (path === '/gone') return { status: 410 }
  return path === '/hanging' ? 'hang' : { status: 200 }
}

async function readEverything(): Promise<Expected> {
  const videos = await author.readVideos()
  await readSettled()
  const pages = await readPages()
  const pending = outside.arrivals
    .filter(({ path }) => path === '/failing' || path === '/hanging')
    .map(({ event: { id }, path }) => ({ id, path }))
  if (new Date().toISOString().slice(0, 10) !== day) throw new Error('Midnight came. Run it again.')
  const { keys, orders, reads, endpoints, schedules } = author
  return {
    writtenAt: Date.now(),
    day,
    keys,
    videos,
    orders,
    reads,
    endpoints,
    schedules,
    callback,
    pages,
    pending: [...new Map(pending.map((one) => [one.id, one])).values()],
    link: String(videos['completed']?.body['url']).replace(gateway.url, ''),
    jobs: outside.relay.billed,
  }
}

async function readSettled(): Promise<void> {
  for (const id of Object.values(author.schedules)) await author.read('main', `/v1/schedules/${id}`)
  const { studio, ...endpoints } = author.endpoints
  for (const { id } of Object.values(endpoints)) {
    await author.read('main', `/v1/webhook_endpoints/${id}`)
  }
  // Newer ones will come on top; what is behind a cursor stays.
  const deliveries = `/v1/webhook_endpoints/${endpoints['answering']?.id}/deliveries?limit=5`
  const { last_id } = await author.call('main', deliveries)
  await author.read('main', `${deliveries}&after=${String(last_id)}`)
  const ofStudio = `/v1/webhook_endpoints/${studio?.id}`
  for (const path of [ofStudio, `${ofStudio}/deliveries`, '/v1/usage?days=366', '/v1/videos']) {
    await author.read('studio', path)
  }
  await author.read('admin', '/admin/keys?account=atelier')
  await author.read('admin', '/admin/keys?account=studio')
  await author.read('admin', '/admin/videos?account=studio&status=all')
}

async function readPages(): Promise<Expected['pages'][number][]> {
  const pages: Expected['pages'][number][] = []
  for (let after: string | undefined; ;) {
    const path = `/v1/videos?order=asc&limit=7${after === undefined ? '' : `&after=${after}`}`
    const { data, last_id, has_more } = await author.call('main', path)
    pages.push({ path, ids: (data as JsonObject[]).map(({ id }) => String(id)) })
    if (has_more !== true) return pages
    after = String(last_id)
  }
}
