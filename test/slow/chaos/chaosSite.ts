// The gateway that is killed again and again, the relay before which it stands, and whoever is told by
// webhook: each is one host of a small internet that lives in this process and survives every kill.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../gateway/startGateway.ts'
import type { RunningGateway } from '../../gateway/startGateway.ts'
import type { Job } from '../../relay/job.ts'
import type { RelaySimulator } from '../../relay/relaySimulator.ts'
import { startRelaySimulator } from '../../relay/relaySimulator.ts'
import { killRuntime } from '../../worker/killRuntime.ts'
import type { Fate } from './fates.ts'

const HOOK = 'hook.example'

export interface Told {
  readonly prompt: string
  readonly webhookId: string
  readonly videoId: string
  readonly type: string
}

interface Post {
  readonly prompt: string
  /** The video's id, as the gateway names it to the relay. */
  readonly id: string
  readonly job: Job
}

export class ChaosSite {
  readonly relay: RelaySimulator
  readonly posts: Post[] = []
  readonly told: Told[] = []
  /** Ids of the generations whose end was told in the log of the runtime. */
  readonly reported = new Set<string>()
  kills = 0
  key = ''
  readonly #folder: string
  readonly #refusals: Set<string>
  #gateway: RunningGateway | null = null

  private constructor(relay: RelaySimulator, folder: string, refusals: Set<string>) {
    this.relay = relay
    this.#folder = folder
    this.#refusals = refusals
  }

  /** `refusals`: prompts whose webhook is refused once. */
  static async start(
    fateOf: (prompt: string) => Fate,
    refusals: ReadonlySet<string>,
  ): Promise<ChaosSite> {
    const relay = await startRelaySimulator({ taskOrigin: 'https://asyncdata.net' })
    const folder = await mkdtemp(join(tmpdir(), 'reelay-chaos-'))
    const site = new ChaosSite(relay, folder, new Set(refusals))
    relay.setScenario((visit) => {
      const { prompt, headers } = visit.request
      site.posts.push({ prompt, id: headers['idempotency-key'] ?? '', job: visit.job })
      return fateOf(prompt).scenario(visit)
    })
    relay.setDownload((visit) => {
      const job = relay.billed.find(({ videoUrl }) => toPath(videoUrl) === visit.url.pathname)
      if (job === undefined) throw new Error(`nobody was told of ${visit.url.href}`)
      return fateOf(job.prompt).download(visit)
    })
    relay.setTaskProgress((job) => fateOf(job.prompt).page)
    await site.#begin()
    const { key } = await site.gateway.createKey()
    site.key = key
    return site
  }

  get gateway(): RunningGateway {
    if (this.#gateway === null) throw new Error('the gateway is down')
    return this.#gateway
  }

  /** One request by a caller who waits through kills; a whole answer, or the next try. */
  async ask<T>(
    path: string,
    init: RequestInit,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      try {
        const answer = await this.gateway.fetch(path, this.key, init)
        if (answer.status < 500) return await read(answer)
        await answer.body?.cancel()
      } catch (error) {
        // Cut by a kill: asked again, as any client does. Mistakes of `read` have a name of their own.
        if (error instanceof Disappointed) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }

  async kill(): Promise<void> {
    await killRuntime()
    this.kills += 1
    const dead = this.#gateway
    this.#gateway = null
    await dead?.close()
    await this.#begin()
  }

  async close(): Promise<void> {
    await this.#gateway?.close()
    await this.relay.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #begin(): Promise<void> {
    const { relay } = this
    this.#gateway = await startGateway({
      relay: {
        ...relay,
        handle: (message, response, url) =>
          url.hostname === HOOK
            ? this.#receive(message, response, url)
            : relay.handle(message, response, url),
      },
      persistTo: this.#folder,
      vars: {
        HEARTBEAT_MS: '1000',
        RELAY_SILENCE_MS: '5000',
        RELAY_TOTAL_MS: '40000',
        ARCHIVE_MS: '25000',
        RELAY_BREAKER: 'off',
      },
      onLog: (line) => this.#note(line),
    })
  }

  #note(line: string): void {
    if (!line.includes('"generation ended"')) return
    const { id } = JSON.parse(line) as { id: string }
    this.reported.add(id)
  }

  async #receive(message: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const chunks: Uint8Array[] = []
    for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk)
    const event = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      readonly type: string
      readonly data: { readonly id: string }
    }
    const prompt = decodeURIComponent(url.pathname.slice(1))
    if (this.#refusals.delete(prompt)) return void response.writeHead(500).end()
    const webhookId = String(message.headers['webhook-id'])
    this.told.push({ prompt, webhookId, videoId: event.data.id, type: event.type })
    response.writeHead(200).end()
  }
}

/** An answer that no repetition would better. */
export class Disappointed extends Error {}

export const toHook = (prompt: string) => `https://${HOOK}/${encodeURIComponent(prompt)}`

function toPath(url: string): string {
  return new URL(url).pathname
}
