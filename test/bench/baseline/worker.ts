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
    return await passThrough(request, this.env)
  }
}

async function passThrough(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url)
  return await fetch(`${env.RELAY_BASE_URL}${pathname.slice('/v1'.length)}`, request)
}

const app = new Hono<{ Bindings: Env }>()
app.get('/route', (context) => context.json({ text: 'x'.repeat(500) }))
app.get('/object', async (context) => context.json(await context.env.BARE.getByName('bare').read()))
app.put('/stored', async (context) => {
  await context.env.VIDEOS.put('bare', await context.req.arrayBuffer())
  return context.body(null, 204)
})
app.get('/stored', async (context) => {
  const object = await context.env.VIDEOS.get('bare')
  return object === null ? context.notFound() : new Response(object.body)
})

export default {
  async fetch(request, env, context) {
    const mode = request.headers.get('x-baseline')
    if (mode === 'pass') return await passThrough(request, env)
    if (mode === 'hops') {
      // The two hops nobody can save: one to whoever decides, one to whoever holds the answer.
      await env.EMPTY.getByName('account').touch()
      return await env.EMPTY.get(env.EMPTY.newUniqueId()).fetch(request)
    }
    return await app.fetch(request, env, context)
  },
} satisfies ExportedHandler<Env>
