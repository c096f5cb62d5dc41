// A caller of the gateway whose keys have names, as in the expectations of a frozen storage.

import type { RunningGateway } from '../gateway/startGateway.ts'
import { followResponse } from '../worker/readEvents.ts'
import type { FrozenEvent, JsonObject } from './expected.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

export interface CallOptions {
  readonly method?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Long enough for a log's lines to arrive, all of which are there when it is opened. */
const QUIET_MS = 700

export class Client {
  readonly #gateway: RunningGateway

  constructor(gateway: RunningGateway) {
    this.#gateway = gateway
  }

  /** `key`: the key itself. A body makes it a POST. */
  async fetch(key: string, path: string, options: CallOptions = {}): Promise<Response> {
    const { body, headers = {}, method = body === undefined ? 'GET' : 'POST' } = options
    return await this.#gateway.fetch(path, key, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  async call(key: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.fetch(key, path, options)
    const body = (await response.json()) as JsonObject
    return { status: response.status, headers: response.headers, body }
  }

  async admin(path: string, options: CallOptions = {}): Promise<Answer> {
    return await this.call(this.#gateway.adminToken, path, options)
  }

  /** What the minute's trigger does at that time, ms since the epoch. */
  async trigger(at: number): Promise<void> {
    const worker = await this.#gateway.miniflare.getWorker()
    await worker.scheduled({ scheduledTime: new Date(at), cron: '* * * * *' })
  }

  /** The log as it is now, without waiting for its end. Empty when there is none. */
  async readLogSoFar(key: string, id: string): Promise<FrozenEvent[]> {
    const response = await this.fetch(key, `/v1/videos/${id}/events`)
    if (response.status !== 200) return []
    const events: FrozenEvent[] = []
    const stream = followResponse(response)
    for (;;) {
      const next = await Promise.race([stream.next(), quiet()])
      if (next === 'quiet' || next.done === true) break
      events.push(JSON.parse(next.value.data) as FrozenEvent)
    }
    // Not awaited: an open stream ends with the gateway.
    void stream.return()
    return events
  }
}

const quiet = () => new Promise<'quiet'>((resolve) => setTimeout(() => resolve('quiet'), QUIET_MS))
