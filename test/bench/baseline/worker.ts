// What the gateway is compared with: the least a Worker can do for each kind of request.

import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'

interface Env {
  readonly RELAY_BASE_URL: string
  readonly BARE: DurableObjectNamespace<BareObject>
  readonly EMPTY: DurableObjectNamespace<EmptyObject>
  readonly VIDEOS: R2Bucket
}

/** One row of a resource's size, written once. */
export class BareObject extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    state.storage.sql.exec('CREATE TABLE IF NOT EXISTS row (one INTEGER PRIMARY KEY, text TEXT)')
    state.storage.sql.exec(
      'INSERT OR IGNORE INTO row VALUES (1, ?)',
      JSON.stringify({ text: 'x'.repeat(500) }),
    )
  }

  read(): object {
    const [row] = this.ctx.storage.sql.exec<{ text: string }>('SELECT text FROM row').toArray()
    return JSON.parse(row?.text ?? '{}') as object
  }
}

/** Holds nothing at all: what a hop costs by itself. */
export class EmptyObject extends DurableObject<Env> {
  touch(): true {
    return true
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    return await fetch(`${this.env.RELAY_BASE_URL}${pathname.slice('/v1'.length)}`, request)
  }
}

const PART_BYTES = 5 * 1024 * 1024

const app = new Hono<{ Bindings: Env }>()
app.get('/v1/route', (context) => context.json({ text: 'x'.repeat(500) }))
app.get('/v1/object', async (context) =>
  context.json(await context.env.BARE.getByName('bare').read()),
)
app.put('/v1/stored', async (context) => {
  // In parts, as the gateway stores it: the store reads such an object in another way.
  const bytes = await context.req.arrayBuffer()
  const upload = await context.env.VIDEOS.createMultipartUpload('bare')
  const parts: R2UploadedPart[] = []
  for (let at = 0; at < bytes.byteLength; at += PART_BYTES) {
    parts.push(await upload.uploadPart(parts.length + 1, bytes.slice(at, at + PART_BYTES)))
  }
  await upload.complete(parts)
  return context.body(null, 204)
})
app.get('/v1/stored', async (context) => {
  const object = await context.env.VIDEOS.get('bare')
  return object === null ? context.notFound() : new Response(object.body)
})

export default {
  async fetch(request, env, context) {
    if (request.method === 'POST') {
      // The two hops nobody can save: one to whoever decides, one to whoever holds the answer.
      await env.EMPTY.getByName('account').touch()
      return await env.EMPTY.get(env.EMPTY.newUniqueId()).fetch(request)
    }
    return await app.fetch(request, env, context)
  },
} satisfies ExportedHandler<Env>
