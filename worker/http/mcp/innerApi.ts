// The gateway as a caller of itself: MCP asks the HTTP interface within the same request, with the
// caller's own key, so that no price, limit, scope or cache rule is written twice. Nothing can break
// on the way, so nothing is repeated and nothing resumed.

import type { VideoResource } from '../../../shared/video/video.ts'
import { readObject, readString, toObject } from '../../../shared/wire/fields.ts'
import { type JsonObject, tryParseJson } from '../../../shared/wire/json.ts'
import { SseParser } from '../../../shared/wire/sse.ts'
import type { AppContext } from '../context.ts'

/** What the API refused, as it said it. */
export class Refusal extends Error {
  readonly code: string
  readonly param: string | null
  /** The same request may be sent again, and cannot pay twice. */
  readonly mayRetry: boolean
  readonly retryAfterS: number | null

  constructor(
    message: string,
    fields: Pick<Refusal, 'code'> & Partial<Pick<Refusal, 'param' | 'mayRetry' | 'retryAfterS'>>,
  ) {
    super(message)
    this.code = fields.code
    this.param = fields.param ?? null
    this.mayRetry = fields.mayRetry ?? false
    this.retryAfterS = fields.retryAfterS ?? null
  }
}

export interface Order {
  readonly body?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
}

/** Every method throws {@link Refusal}. Paths begin behind `/v1`. */
export interface InnerApi {
  get(path: string): Promise<JsonObject>
  post(path: string, order?: Order): Promise<JsonObject>
  /** The video of that id, or one that is made. */
  video(answer: Promise<JsonObject>): Promise<VideoResource>
  /** Until the video ends, `ms` have passed or the caller has left. `progress`: percent. */
  follow(id: string, ms: number, onProgress: (progress: number) => void): Promise<void>
  /** null when there is none. */
  preview(id: string): Promise<Response | null>
}

/** Whose call it is, and from where: what the routes look at. */
const passedOn = ['authorization', 'cf-connecting-ip']

export function createInnerApi(context: AppContext): InnerApi {
  const { origin } = new URL(context.req.url)
  const own = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = context.req.header(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
    await context.var.callApi(
      new Request(`${origin}/v1${path}`, {
        ...init,
        headers: { ...own, ...(init.headers as Record<string, string> | undefined) },
      }),
    )

  return {
    get: async (path) => await readAnswer(await call(path)),
    async post(path, { body, headers } = {}) {
      return await readAnswer(
        await call(path, {
          method: 'POST',
          headers: {
            ...headers,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      )
    },
    // Our own answer, which the tests hold against its schema.
    video: async (answer) => (await answer) as unknown as VideoResource,
    async follow(id, ms, onProgress) {
      const signal = AbortSignal.any([context.req.raw.signal, AbortSignal.timeout(ms)])
      const response = await call(`${toPath(id)}/events`, { signal })
      if (!response.ok) throw toRefusal(response, await response.text())
      await readProgress(response, signal, onProgress)
    },
    async preview(id) {
      const response = await call(`${toPath(id)}/content?variant=thumbnail`)
      return response.ok ? response : null
    },
  }
}

export function toPath(id: string): string {
  return `/videos/${encodeURIComponent(id)}`
}

async function readAnswer(response: Response): Promise<JsonObject> {
  const text = await response.text()
  if (!response.ok) throw toRefusal(response, text)
  return toObject(tryParseJson(text)) ?? {}
}

function toRefusal(response: Response, text: string): Refusal {
  const error = readObject(toObject(tryParseJson(text)), 'error')
  const waitS = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Refusal(readString(error, 'message') ?? `The gateway answered ${response.status}.`, {
    code: readString(error, 'code') ?? 'internal_error',
    param: readString(error, 'param'),
    mayRetry: response.headers.get('x-should-retry') === 'true',
    retryAfterS: Number.isNaN(waitS) ? null : waitS,
  })
}

async function readProgress(
  { body }: Response,
  signal: AbortSignal,
  onProgress: (progress: number) => void,
): Promise<void> {
  const parser = new SseParser({
    onEvent({ data }) {
      const progress = toObject(tryParseJson(data))?.['progress']
      if (typeof progress === 'number') onProgress(progress)
    },
  })
  const reader = body?.getReader()
  if (reader === undefined) return
  const leave = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', leave, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || signal.aborted) return
      parser.feed(value)
    }
  } catch (error) {
    // The time was over, or the caller has left: what was to be waited for goes on.
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
