// A Reelay gateway as an object: `generate` does everything, the other methods are one request each.

import * as z from 'zod/v4-mini'
import { createClient, type Client } from '../client/client.ts'
import type { JsonObject } from '../wire/json.ts'
import { ReelayError, toReelayError } from './error.ts'
import { createFetchTransport, sleep } from './fetchTransport.ts'
import { follow, type FollowedEvent } from './follow.ts'
import { generate, type GenerateOptions, wait, type WaitOptions } from './generate.ts'
import {
  createIdempotencyKey,
  type CreateOptions,
  type GenerateRequest,
  type RemixRequest,
  toBody,
} from './request.ts'
import { Video } from './video.ts'
import type { Model, Usage } from './wire.ts'

// zod compiles its checks with `new Function`, which pages and Workers forbid. This copy is ours alone.
z.config({ jitless: true })

export interface ReelayOptions {
  /** Such as `https://video.example/v1`; default REELAY_BASE_URL. */
  readonly baseURL?: string | undefined
  /** `rk_…`; default REELAY_API_KEY. */
  readonly apiKey?: string | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** In place of the host's own. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

export interface Options {
  readonly signal?: AbortSignal | undefined
}

export interface ListOptions extends Options {
  readonly limit?: number | undefined
  /** The id of the last video of the page before. */
  readonly after?: string | undefined
  readonly order?: 'asc' | 'desc' | undefined
  readonly status?: Video['status'] | undefined
  readonly model?: string | undefined
  /** A text in the prompt or the id. */
  readonly q?: string | undefined
  /** Unix seconds, inclusive. */
  readonly createdAfter?: number | undefined
  /** Unix seconds, exclusive. */
  readonly createdBefore?: number | undefined
}

export interface VideoList {
  readonly videos: readonly Video[]
  readonly hasMore: boolean
}

export class Reelay {
  /** Up to and including `/v1`. */
  readonly baseURL: string
  readonly #client: Client

  constructor(options: ReelayOptions = {}) {
    const { apiKey = readVariable('REELAY_API_KEY'), headers = {} } = options
    const baseURL = options.baseURL ?? readVariable('REELAY_BASE_URL')
    if (baseURL === undefined) throw toMissing('base URL', 'baseURL', 'REELAY_BASE_URL')
    if (apiKey === undefined) throw toMissing('API key', 'apiKey', 'REELAY_API_KEY')
    this.baseURL = toBaseUrl(baseURL)
    const key = toKey(apiKey)
    // A host's fetch wants to be called as a function of its own.
    const send: typeof fetch = options.fetch ?? ((...args) => fetch(...args))
    this.#client = createClient({
      transport: createFetchTransport(key, send, headers),
      sleep,
      now: Date.now,
      baseUrl: this.baseURL,
    })
  }

  /**
   * Generates a video and resolves when it is stored. An identical request that runs is joined, one that
   * is stored is found; a broken connection is taken up again, and nothing is paid twice.
   * @throws ReelayError
   */
  async generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<Video> {
    return await generate(this.#client, request, options)
  }

  /**
   * Waits for a video that was begun elsewhere or before, and resolves when it is stored.
   * @throws ReelayError
   */
  async wait(id: string, options: WaitOptions = {}): Promise<Video> {
    return await wait(this.#client, id, options)
  }

  /** Begins a generation, and resolves as soon as it is admitted. */
  async create(request: GenerateRequest, options: CreateOptions = {}): Promise<Video> {
    const body = await toBody(request)
    const keyed = { idempotencyKey: createIdempotencyKey(), ...options }
    return await this.#video(
      this.#client.createVideo(body, keyed).then(({ video }) => video),
      true,
    )
  }

  /** Begins a changed version of a completed video. */
  async remix(id: string, request: RemixRequest, options: CreateOptions = {}): Promise<Video> {
    const keyed = { idempotencyKey: createIdempotencyKey(), ...options }
    const remixed = this.#client.remix(id, request as unknown as JsonObject, keyed)
    return await this.#video(
      remixed.then(({ video }) => video),
      true,
    )
  }

  /** Its events from `after` on, in order and once each, to the last one. Resumes by itself. */
  follow(
    id: string,
    options: Options & { readonly after?: number | undefined } = {},
  ): AsyncIterable<FollowedEvent> {
    return follow(this.#client, id, options)
  }

  async get(id: string, { signal }: Options = {}): Promise<Video> {
    return await this.#video(this.#client.retrieve(id, signal))
  }

  async list(options: ListOptions = {}): Promise<VideoList> {
    const { videos, hasMore } = await ask(this.#client.list(options))
    return { videos: videos.map((video) => new Video(this.#client, video)), hasMore }
  }

  /** Ends it for everybody who follows it. A link that was seen is archived instead. */
  async cancel(id: string, { signal }: Options = {}): Promise<Video> {
    return await this.#video(this.#client.cancel(id, signal))
  }

  /** Deletes a video that has ended. */
  async delete(id: string, { signal }: Options = {}): Promise<void> {
    await ask(this.#client.remove(id, signal))
  }

  /** Tries a download or a store that failed once more, unpaid. */
  async archive(id: string, { signal }: Options = {}): Promise<Video> {
    await ask(this.#client.call('POST', `/videos/${encodeURIComponent(id)}/archive`, {}, signal))
    return await this.get(id, { signal })
  }

  /** What may be asked for, the default first. */
  async models({ signal }: Options = {}): Promise<readonly Model[]> {
    const { data } = await ask(this.#client.call('GET', '/models', undefined, signal))
    return (data ?? []) as unknown as readonly Model[]
  }

  /** What this key has spent and may spend. */
  async usage({ signal, days }: Options & { readonly days?: number } = {}): Promise<Usage> {
    const path = days === undefined ? '/usage' : `/usage?days=${days}`
    return (await ask(this.#client.call('GET', path, undefined, signal))) as unknown as Usage
  }

  /** Has `url` told once when all of these have ended. */
  async notify(url: string, ids: readonly string[], { signal }: Options = {}): Promise<void> {
    await ask(this.#client.call('POST', '/callbacks', { url, video_ids: [...ids] }, signal))
  }

  async #video(answer: ReturnType<Client['retrieve']>, pays = false): Promise<Video> {
    return new Video(this.#client, await ask(answer, pays))
  }
}

async function ask<Answer>(answer: Promise<Answer>, pays = false): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw toReelayError(error, pays)
  }
}

/** Where a host has an environment. */
function readVariable(name: string): string | undefined {
  const value = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process
    ?.env?.[name]
  return value === '' ? undefined : value
}

function toMissing(what: string, option: string, variable: string): ReelayError {
  return new ReelayError(`There is no ${what}. Give \`${option}\`, or set ${variable}.`, {
    code: 'misconfigured',
    param: option,
  })
}

/** As it comes out of a file, too. */
function toKey(text: string): string {
  const key = text.trim()
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new ReelayError('`apiKey` must be a key such as rk_…, without spaces or other signs.', {
    code: 'misconfigured',
    param: 'apiKey',
  })
}

function toBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ReelayError('`baseURL` must be an address such as https://video.example/v1.', {
      code: 'misconfigured',
      param: 'baseURL',
    })
  }
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path === '' ? '/v1' : path}`
}
