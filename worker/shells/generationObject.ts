// The Durable Object around a Generation: lends it the platform, lets the Worker call it, and turns
// its log into streams. No decision is made here.

import { DurableObject } from 'cloudflare:workers'
import { createChatStream } from '../../shared/video/chat.ts'
import type { LogEntry, WireEvent } from '../../shared/video/events.ts'
import { isTerminal } from '../../shared/video/events.ts'
import { encodeEvent } from '../../shared/wire/sse.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import { fold } from '../../shared/video/video.ts'
import { toBucket } from '../platform/bucket.ts'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { withLink } from '../proofs/withLink.ts'
import {
  createDigest,
  random,
  relayTransport,
  sleep,
  toAlarm,
  toSql,
} from '../platform/platform.ts'
import { report } from '../report.ts'
import type { Attachment } from '../../shared/request/attachments.ts'
import type { Description, RemixMaterial } from '../generation/generation.ts'
import { Generation } from '../generation/generation.ts'
import { streamLog, waitForEnd } from '../generation/readers.ts'
import type { GenerationSpec } from '../generation/row.ts'
import type { GenerationCalls } from '../objects.ts'
import { getAccount } from '../objects.ts'

/** R2 wants every part but the last of equal size, 5 MiB at least. */
const PART_BYTES = 5 * 1024 * 1024

export class GenerationObject extends DurableObject<Env> implements GenerationCalls {
  readonly #generation: Generation

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const { config, outbound } = toGateway(env)
    this.#generation = new Generation({
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
      account: {
        settle: (account, id, settlement) => getAccount(env, account).settle(id, settlement),
        forget: (account, id) => getAccount(env, account).forget(id),
      },
      erase: () => state.storage.deleteAll(),
      defer: (work) =>
        state.waitUntil(
          work.catch((error: unknown) => report({ what: 'deferred work failed', id: '', error })),
        ),
      report,
      limits: config.generation,
      upstream: {
        baseUrl: config.relay.baseUrl,
        headers: { ...config.relay.headers, authorization: `Bearer ${config.relay.apiKey}` },
      },
    })
  }

  async start(
    spec: GenerationSpec,
    attachments: readonly Attachment[],
  ): Promise<Description | 'abandoned' | null> {
    const fate = await this.#generation.start(spec, attachments)
    return fate === 'started' ? this.#generation.describe() : 'abandoned'
  }

  async abandon(owner: {
    account: string
    identity: VideoIdentity
  }): Promise<'abandoned' | 'alive'> {
    return await this.#generation.abandon(owner)
  }

  async describe(account: string | null): Promise<Description | null> {
    const description = this.#generation.describe()
    if (description === null) return null
    return account === null || description.account === account ? description : null
  }

  async cancel(): Promise<Description | null> {
    await this.#generation.cancel()
    return this.#generation.describe()
  }

  async archiveAgain(): Promise<boolean> {
    return await this.#generation.archiveAgain()
  }

  async correctCharge(charged: boolean): Promise<boolean> {
    return await this.#generation.correctCharge(charged)
  }

  async remove(): Promise<boolean> {
    return await this.#generation.remove()
  }

  async remixMaterial(): Promise<RemixMaterial | null> {
    return this.#generation.remixMaterial
  }

  async waitForEnd(ms: number): Promise<Description | null> {
    const { log } = this.#generation
    if (log !== null) await waitForEnd(log, ms, sleep)
    return this.#generation.describe()
  }

  override async fetch(input: Request | string): Promise<Response> {
    const query = new URL(typeof input === 'string' ? input : input.url).searchParams
    const after = Number(query.get('after'))
    const { log } = this.#generation
    const description = this.#generation.describe()
    if (log === null || description === null) return new Response(null, { status: 404 })
    if (after > log.end) return new Response(null, { status: 416 })
    const origin = query.get('origin') ?? ''
    const encoder =
      query.get('as') === 'chat'
        ? this.#toChat(description, after, query.get('usage') === '1')
        : { opening: encodeEvent({ comment: 'events' }), encode: encodeWire }
    const body = streamLog({
      log,
      after,
      now: Date.now,
      sleep,
      commentMs: toGateway(this.env).config.commentMs,
      opening: encoder.opening,
      encode: (entry) => {
        const isLast = entry.offset === log.end
        const event = this.#toWire(entry, origin)
        return 'then' in event
          ? event.then((linked) => encoder.encode(linked, isLast))
          : encoder.encode(event, isLast)
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
  }

  override async alarm(): Promise<void> {
    this.#generation.alarm()
  }

  #toChat(description: Description, after: number, includeUsage: boolean) {
    const seen = this.#generation.log?.readTo(after) ?? []
    const opened = seen.at(-1)?.offset ?? 0
    const stream = createChatStream({
      video: description.video,
      state: fold(seen),
      includeUsage,
      usage: () => this.#generation.describe()?.usage ?? null,
    })
    return {
      opening: stream.open(),
      // A failure that `/archive` has mended since is history, and a chat must end only once.
      encode: (event: WireEvent, isLast: boolean) =>
        event.offset > opened && (!isTerminal(event) || isLast) ? stream.encode(event) : '',
    }
  }

  /** Only what carries a link has to wait, for its signature; the rest is there at once. */
  #toWire(entry: LogEntry, origin: string): WireEvent | Promise<WireEvent> {
    const { offset, at, event } = entry
    return event.type === 'completed'
      ? this.#toLinked(offset, at, origin)
      : { offset, at, ...event }
  }

  async #toLinked(offset: number, at: number, origin: string): Promise<WireEvent> {
    const video = this.#generation.describe()?.video
    if (video === undefined) throw new Error('a log without its generation')
    const linked = await withLink(toGateway(this.env), video, origin)
    return { offset, at, type: 'completed', video: linked }
  }
}

function encodeWire(event: WireEvent): string {
  const { offset, at, type, ...rest } = event
  return encodeEvent({
    id: String(offset),
    event: type,
    data: JSON.stringify({ offset, at, type, ...rest }),
  })
}
