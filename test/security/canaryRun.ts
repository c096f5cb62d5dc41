// A run through the whole API, failures included, in which every key, secret, prompt and link is one
// of a kind. Everything that was said and logged is kept; what was stored lies in the folder.

import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer } from '../relay/script.ts'
import { followDirectives } from '../relay/directives.ts'
import { disappointments } from '../relay/disappointments.ts'
import { scenarioFaults } from '../relay/faults/scenarioFaults.ts'
import { refusals } from '../relay/refusals.ts'
import type { CallOptions, Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { mistype } from '../worker/mistype.ts'

/** Each is one of a kind, so that finding it says where it came from. */
export const canary = {
  relayKey: 'canary-relay-key-5b0c',
  adminToken: 'canary-admin-token-91f2-of-32-and-more',
  prompt: 'canary-prompt-77aa',
  deletedPrompt: 'canary-deleted-prompt-30e9',
  idempotencyKey: 'canary-idempotency-key-c2d4',
  requestSecret: 'canary-request-secret-e815',
  callbackSecret: 'canary-callback-secret-4f60',
  image: Buffer.from('canary-image-bytes-d9b3').toString('base64'),
}

/** One answer, as whoever asked saw it. */
interface Said {
  readonly what: string
  readonly status: number
  readonly headers: string
  readonly text: string
}

export interface CanaryRun {
  /** Where the gateway kept what it kept. */
  readonly folder: string
  readonly key: string
  readonly said: readonly Said[]
  readonly logged: readonly string[]
  readonly endpointSecret: string
  /** Of a signed link that worked. */
  readonly signature: string
  /** The relay's own link of a video that could not be downloaded. */
  readonly relayLink: string
}

let site: Site
let endpointSecret = ''
let signature = ''
let relayLink = ''
const said: Said[] = []
const logged: string[] = []

/** Drives a gateway of its own through the API and stops it. */
export async function runWithCanaries(): Promise<CanaryRun> {
  const folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  site = await startSite({
    relay: { apiKey: canary.relayKey },
    persistTo: folder,
    onLog: (line) => logged.push(line),
    vars: {
      ADMIN_TOKEN: canary.adminToken,
      RELAY_BREAKER: 'off',
      RELAY_HEADERS_MS: '1500',
      RELAY_SILENCE_MS: '1500',
      RELAY_PROGRESS_MS: '2000',
      RELAY_RETRY_MS: '500',
      LOOKUP_MS: '100',
      ARCHIVE_MS: '1000',
    },
  })
  await driveEverything()
  await site.close()
  return { folder, key: site.key, said, logged, endpointSecret, signature, relayLink }
}

/** One call, kept for the search. */
async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}) {
  const asked = { ...options, method }
  const response = await (body === undefined ? site.get(path, asked) : site.post(path, body, asked))
  const text = await response.text()
  const headers = JSON.stringify([...response.headers])
  said.push({ what: `${method} ${path}`, status: response.status, headers, text })
  return (text.startsWith('{') ? JSON.parse(text) : {}) as T
}

const atEnd = { headers: { prefer: 'wait=30' } }
const asAdmin = { key: canary.adminToken }
const { prompt } = canary
interface Named {
  readonly id: string
  readonly url?: string
}

async function driveEverything(): Promise<void> {
  let status = 204
  const receiver = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

  const endpoint = await call<Named & { signing_secret: string }>('POST', '/v1/webhook_endpoints', {
    name: 'mine',
    url: hook,
    event_types: ['video.completed', 'video.failed'],
  })
  endpointSecret = endpoint.signing_secret
  await driveSuccess(hook)
  await driveFailures()
  await driveRefusals()
  status = 500
  await call('POST', `/v1/webhook_endpoints/${endpoint.id}/test`, { event_type: 'video.failed' })
  await call('GET', `/v1/webhook_endpoints/${endpoint.id}`)
  await call('GET', `/v1/webhook_endpoints/${endpoint.id}/deliveries`)
  await driveOperator()
  receiver.close()
}

async function driveSuccess(hook: string): Promise<void> {
  const webhook = { url: hook, secret: canary.requestSecret }
  const order = { prompt, webhook, metadata: { order: '7' } }
  const headers = { ...atEnd.headers, 'idempotency-key': canary.idempotencyKey }
  const video = await call<Named>('POST', '/v1/videos', order, { headers })
  signature = new URL(video.url ?? '').searchParams.get('signature') ?? ''
  await call('POST', '/v1/videos', order, { headers })
  await call('POST', '/v1/videos', { prompt: `${prompt} other` }, { headers })
  const picture = { image_url: `data:image/png;base64,${canary.image}` }
  await call('POST', '/v1/videos', { prompt, input_reference: picture }, atEnd)
  await call('POST', '/v1/callbacks', {
    video_ids: [video.id],
    url: hook,
    secret: canary.callbackSecret,
  })
  for (const stream of [true, false]) {
    const messages = [{ role: 'user', content: `${prompt} chat ${stream}` }]
    await call('POST', '/v1/chat/completions', { model: 'sora-2', messages, stream })
  }
  const remix = await call<Named>('POST', `/v1/videos/${video.id}/remix`, { prompt }, atEnd)
  await call('GET', `/v1/videos/${remix.id}/events`)
  await call('GET', `/v1/videos/${video.id}/content`, undefined, {
    headers: { range: 'bytes=0-9' },
  })
  await call('GET', '/v1/videos')
  await call('GET', '/v1/usage')
  const schedule = await call<Named>('POST', '/v1/schedules', {
    name: 'daily',
    cron: '0 0 * * *',
    request: { prompt: `${prompt} scheduled` },
    webhook,
  })
  await call('POST', `/v1/schedules/${schedule.id}/run`, {})

  const doomedOrder = {
    prompt: canary.deletedPrompt,
    metadata: { note: canary.deletedPrompt },
    webhook: { url: `${hook}?${canary.deletedPrompt}`, secret: canary.deletedPrompt },
  }
  const doomed = await call<Named>('POST', '/v1/videos', doomedOrder, atEnd)
  await call('DELETE', `/v1/videos/${doomed.id}`)
  await call('GET', `/v1/videos/${doomed.id}`)
  await call('GET', new URL(doomed.url ?? '').pathname + new URL(doomed.url ?? '').search)
  const running = await call<Named>('POST', '/v1/videos', { prompt: `${prompt} [slow:9000]` })
  await call('DELETE', `/v1/videos/${running.id}`)
  await call('POST', `/v1/videos/${running.id}/cancel`, {})
}

async function driveFailures(): Promise<void> {
  const directives = [
    ...Object.keys(refusals).map((name) => `[fail:${name}]`),
    ...Object.keys(disappointments).map((name) => `[fail:${name}]`),
    ...Object.keys(scenarioFaults)
      .filter((name) => name !== 'infinite' && name !== 'slowloris')
      .map((name) => `[fault:${name}]`),
  ]
  await Promise.all(
    directives.map((directive) =>
      call('POST', '/v1/videos', { prompt: `${prompt} ${directive}` }, atEnd),
    ),
  )
  // A relay that repeats what it was sent: key, words and all.
  for (const status of [200, 400, 401, 403, 429, 500, 503]) {
    site.relay.setScenario(({ request }) => {
      const message = `Rejected ${request.headers['authorization']} for "${request.prompt}"`
      const error = { message, type: 'server_error', code: request.headers['authorization'] }
      return answer(status, 'application/json', JSON.stringify({ error }))
    })
    await call('POST', '/v1/videos', { prompt: `${prompt} repeated ${status}` }, atEnd)
    const messages = [{ role: 'user', content: `${prompt} repeated in a chat ${status}` }]
    await call('POST', '/v1/chat/completions', { model: 'sora-2', messages, stream: true })
  }
  site.relay.setScenario(followDirectives)
  for (const connections of ['reset', 'reset-requests'] as const) {
    site.relay.setConnections(connections)
    await call('POST', '/v1/videos', { prompt: `${prompt} ${connections}` }, atEnd)
    await call('GET', '/health?deep=1')
  }
  site.relay.setConnections('accept')
  site.relay.setDownload(() => answer(500, 'text/plain', 'no file'))
  const lost = await call<Named & { source_url: string }>(
    'POST',
    '/v1/videos',
    { prompt: `${prompt} lost` },
    atEnd,
  )
  relayLink = lost.source_url
}

async function driveRefusals(): Promise<void> {
  await call('GET', '/v1/models', undefined, { key: mistype(site.key) })
  await call('GET', `/v1/models/${prompt}`)
  await call('GET', '/admin/keys', undefined, { key: site.key })
  const bodies: unknown[] = [
    `{"prompt":"${prompt}`,
    `{"prompt":"${prompt}","prompt":"${prompt}"}`,
    { prompt: [prompt] },
    { prompt: { text: prompt } },
    { prompt, seconds: [prompt] },
    { prompt, metadata: prompt },
    { prompt, metadata: { a: [prompt] } },
    { prompt, webhook: { url: `http://user:${prompt}@127.0.0.1/` } },
    { prompt, webhook: { url: 'http://127.0.0.1/', secret: `whsec_${canary.requestSecret}` } },
    { prompt, input_reference: { image_url: `data:image/png;base64,${prompt}!` } },
    { prompt, n: prompt, seed: prompt },
    { messages: [{ role: prompt, content: prompt }] },
    { model: 'sora-2', messages: [{ role: 'user', content: { text: prompt } }] },
    { name: prompt, cron: prompt, request: { prompt } },
    { name: prompt, url: prompt, event_types: [prompt] },
    { video_ids: [prompt], url: 'http://127.0.0.1/' },
  ]
  for (const path of [
    '/v1/videos',
    '/v1/chat/completions',
    '/v1/schedules',
    '/v1/webhook_endpoints',
    '/v1/callbacks',
  ]) {
    await Promise.all(bodies.map((body) => call('POST', path, body)))
  }
  const link = `/v1/videos/video_x/content?expires=1&signature=${signature}`
  await call('GET', link, undefined, { key: null })
}

async function driveOperator(): Promise<void> {
  await call('GET', '/admin/videos?status=all&limit=100', undefined, asAdmin)
  const doubtful = await call<{ data: Named[] }>(
    'GET',
    '/admin/videos?charge=possible',
    undefined,
    asAdmin,
  )
  await call(
    'POST',
    `/admin/videos/${doubtful.data[0]?.id ?? ''}/settle`,
    { charged: false },
    asAdmin,
  )
  await call('GET', '/admin/keys', undefined, asAdmin)
  await call('GET', '/health?deep=1', undefined, { key: null })
}
