// The Durable Object around a Generation: lends it the platform, and lets the Worker call it and read
// its log as a stream.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { openEventStream } from '../generation/eventStream.ts'
import { Generation } from '../generation/generation.ts'
import { getAccount } from '../objects.ts'
import { toBucket } from '../platform/bucket.ts'
import { isolateBudget } from '../platform/budget.ts'
import {
  createDigest,
  random,
  relayTransport,
  sleep,
  toAlarm,
  toDefer,
  toSql,
} from '../platform/platform.ts'
import { ring } from '../platform/ring.ts'
import { withGuestLink, withLinks } from '../proofs/signedLink.ts'
import { createReport } from '../report/metrics.ts'
import { report } from '../report/report.ts'
import { expose, onFirstCall } from './expose.ts'

/** R2 wants every part but the last of equal size, 5 MiB at least. */
const PART_BYTES = 5 * 1024 * 1024

export class GenerationObject extends DurableObject<Env> {
  readonly generation: () => Generation

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.generation = onFirstCall(() => {
      const { config, outbound } = toGateway(env)
      return new Generation({
        sql: toSql(state.storage),
        alarm: toAlarm(state.storage),
        now: Date.now,
        sleep,
        random,
        relay: relayTransport,
        outbound,
        bucket: toBucket(env.VIDEOS),
        partBytes: PART_BYTES,
        createDigest,
        budget: isolateBudget,
        account: {
          settle: (account, id, settlement) => getAccount(env, account).settle(id, settlement),
          forget: (account, id) => getAccount(env, account).forget(id),
          suspend: (account, relay, code) => getAccount(env, account).suspend(relay, code),
          settleLate: (account, id, truth) => getAccount(env, account).settleLate(id, truth),
        },
        erase: () => state.storage.deleteAll(),
        defer: toDefer(state, 'generation work failed'),
        report: createReport(env.METRICS),
        limits: config.generation,
        relays: config.relays,
        models: config.models,
      })
    })
  }

  /** The query is a `ReaderRequest`. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams: query } = new URL(request.url)
    const { config, links } = toGateway(this.env)
    const stream = openEventStream(
      this.generation(),
      {
        as: query.get('as') === 'chat' ? 'chat' : 'events',
        after: Number(query.get('after')),
        includeUsage: query.get('usage') === '1',
        origin: query.get('origin') ?? '',
        guestUntil: query.has('guestUntil') ? Number(query.get('guestUntil')) : null,
      },
      {
        now: Date.now,
        sleep,
        commentMs: config.commentMs,
        sign: (video, { origin, guestUntil }) =>
          guestUntil === null
            ? withLinks(links, video, origin)
            : withGuestLink(links, video, origin, guestUntil),
      },
    )
    if (stream === 'gone') return new Response(null, { status: 404 })
    if (stream === 'all said') return new Response(null, { status: 204 })
    if (stream === 'beyond the end') return new Response(null, { status: 416 })
    if (stream === 'crowded') return new Response(null, { status: 503 })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
  }

  override async alarm(): Promise<void> {
    ring({ id: this.ctx.id.name, alarm: toAlarm(this.ctx.storage), now: Date.now, report }, () =>
      this.generation().alarm(),
    )
  }
}

expose(GenerationObject, Generation, (object) => object.generation())
