// Fills a storage over HTTP, and remembers under which names what was made: the hand of
// `writeStorage.ts`. Any answer that is not the wanted one ends the writing.

import { createHash } from 'node:crypto'
import type { Answer, CallOptions, Client } from './client.ts'
import type {
  FrozenEndpoint,
  FrozenKey,
  FrozenOrder,
  FrozenRead,
  FrozenVideo,
  JsonObject,
} from './expected.ts'
import { RECEIVER } from './outside.ts'

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 30_000

interface OrderOptions extends CallOptions {
  readonly key?: string
  /** Default: a video of that name. */
  readonly path?: string
  /** Waits for the end. */
  readonly wait?: boolean
  readonly idempotent?: boolean
}

export class Author {
  client: Client
  readonly keys: Record<string, FrozenKey> = {}
  readonly orders: FrozenOrder[] = []
  readonly reads: FrozenRead[] = []
  readonly endpoints: Record<string, FrozenEndpoint> = {}
  readonly schedules: Record<string, string> = {}
  readonly #videos: Record<string, { id: string; key: string }> = {}

  constructor(client: Client) {
    this.client = client
  }

  async createKey(name: string, account: string, limits: object = {}): Promise<void> {
    const answer = await this.admin('/admin/keys', { body: { name, account, ...limits } }, 201)
    this.keys[name] = { id: String(answer['id']), key: String(answer['key']), account }
  }

  async rotateKey(name: string, overlapSeconds: number): Promise<void> {
    const { id, key, account } = this.#key(name)
    const body = { overlap_seconds: overlapSeconds }
    const answer = await this.admin(`/admin/keys/${id}/rotate`, { body })
    this.keys[name] = { id, account, key: String(answer['key']), oldKey: key }
  }

  async createEndpoint(name: string, key = 'main'): Promise<void> {
    const url = `${RECEIVER}/${name}`
    const body = { name, url, event_types: ['video.completed', 'video.failed'] }
    const answer = await this.call(key, '/v1/webhook_endpoints', { body })
    const { id, signing_secret: secret } = answer
    this.endpoints[name] = { id: String(id), url, secret: String(secret) }
  }

  async rotateEndpoint(name: string): Promise<void> {
    const endpoint = this.endpoints[name]
    if (endpoint === undefined) throw new Error(`no endpoint ${name}`)
    const path = `/v1/webhook_endpoints/${endpoint.id}/rotate_secret`
    const body = { keep_old_secret_active_for_24_hours: true }
    const { signing_secret: secret } = await this.call('main', path, { body })
    this.endpoints[name] = { ...endpoint, secret: String(secret), oldSecret: endpoint.secret }
  }

  async createSchedule(name: string, key: string, more: object): Promise<void> {
    const request = { prompt: `${name}, {{slot}}`, metadata: { schedule: name } }
    const body = { name, cron: '* * * * *', request, ...more }
    const { id } = await this.call(key, '/v1/schedules', { body }, 201)
    this.schedules[name] = String(id)
  }

  /** Orders a video whose prompt is its name; says its id. */
  async order(name: string, options: OrderOptions = {}): Promise<string> {
    const { key = 'main', path = '/v1/videos', wait = false, idempotent = false } = options
    const isChat = path.startsWith('/v1/chat')
    const body = { ...(!isChat && { prompt: name }), ...options.body }
    const idempotencyKey = `frozen-${name.replace(/\W+/g, '-')}`
    const answer = await this.call(key, path, {
      body,
      headers: {
        ...(wait && { prefer: 'wait=30' }),
        ...(idempotent && { 'idempotency-key': idempotencyKey }),
        ...options.headers,
      },
    })
    const id = String(answer['id']).replace(/^chatcmpl-/, '')
    this.#videos[name] = { id, key }
    if (idempotent) {
      this.orders.push({ video: name, key, path, idempotencyKey, body: body as JsonObject })
    }
    return id
  }

  /** An order that was made in another way. */
  note(name: string, id: string, key = 'main'): void {
    this.#videos[name] = { id, key }
  }

  async call(key: string, path: string, options?: CallOptions, status = 200): Promise<JsonObject> {
    return expectStatus(await this.client.call(this.#key(key).key, path, options), status, path)
  }

  async admin(path: string, options?: CallOptions, status = 200): Promise<JsonObject> {
    return expectStatus(await this.client.admin(path, options), status, path)
  }

  /** Looks until it is so. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const latest = Date.now() + PATIENCE_MS
    while (!(await isSo())) {
      if (Date.now() > latest) throw new Error(`never so: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }

  async untilEvent(name: string, type: string): Promise<void> {
    const { id, key } = this.video(name)
    await this.until(`${name} is ${type}`, async () => {
      const events = await this.client.readLogSoFar(this.#key(key).key, id)
      return events.some((event) => event.type === type)
    })
  }

  /** Reads what any later gateway must answer in the same way. */
  async read(key: string, path: string): Promise<void> {
    const { status, body } =
      key === 'admin'
        ? await this.client.admin(path)
        : await this.client.call(this.#key(key).key, path)
    this.reads.push({ key, path, status, body })
  }

  video(name: string): { id: string; key: string } {
    const video = this.#videos[name]
    if (video === undefined) throw new Error(`no video ${name}`)
    return video
  }

  async readVideos(): Promise<Record<string, FrozenVideo>> {
    const videos: Record<string, FrozenVideo> = {}
    for (const [name, { id, key }] of Object.entries(this.#videos)) {
      const secret = this.#key(key).key
      const { status, body } = await this.client.call(secret, `/v1/videos/${id}`)
      const events = await this.client.readLogSoFar(secret, id)
      const content = `/v1/videos/${id}/content`
      videos[name] = {
        id,
        key,
        prompt: typeof body['prompt'] === 'string' ? body['prompt'] : name,
        status,
        body,
        events,
        ...(body['status'] === 'completed' && {
          sha256: await this.#hash(secret, content),
          ...(name === 'completed' && {
            thumbnailSha256: await this.#hash(secret, `${content}?variant=thumbnail`),
          }),
        }),
      }
    }
    return videos
  }

  async #hash(secret: string, path: string): Promise<string> {
    const response = await this.client.fetch(secret, path)
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
    return createHash('sha256')
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest('hex')
  }

  #key(name: string): FrozenKey {
    const key = this.keys[name]
    if (key === undefined) throw new Error(`no key ${name}`)
    return key
  }
}

function expectStatus({ status, body }: Answer, wanted: number, path: string): JsonObject {
  if (status === wanted) return body
  throw new Error(`${path} was answered with ${status}: ${JSON.stringify(body)}`)
}
