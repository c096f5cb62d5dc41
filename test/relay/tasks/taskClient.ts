// Speaks to the simulator's task kinds with plain fetch, as a client would that knows each kind's
// addresses and nothing more.

import type { RelaySimulator } from '../relaySimulator.ts'
import type { TaskKindId } from './taskKind.ts'

export const createPaths = {
  videos: '/videos',
  xai: '/videos/generations',
  newapi: '/video/generations',
  openrouter: '/videos',
} as const satisfies Record<TaskKindId, string>

const lookPaths = {
  videos: '/videos',
  xai: '/videos',
  newapi: '/video/generations',
  openrouter: '/videos',
} as const satisfies Record<TaskKindId, string>

export interface CallOptions {
  readonly key?: string
  readonly method?: string
  readonly body?: string | FormData
  readonly headers?: Readonly<Record<string, string>>
}

export interface TaskClient {
  readonly baseUrl: string
  call(path: string, options?: CallOptions): Promise<Response>
  create(prompt: string, more?: object, options?: CallOptions): Promise<Response>
  /** The task that was made last, looked at once. */
  look(options?: CallOptions): Promise<Response>
  /** What the document says at so many looks; default: queued, two reports, over. */
  follow(looks?: number): Promise<readonly unknown[]>
}

export function createTaskClient(simulator: RelaySimulator, kind: TaskKindId): TaskClient {
  const baseUrl = simulator.baseUrlOf(kind)

  function call(path: string, options: CallOptions = {}): Promise<Response> {
    const { key = simulator.apiKey, method, body, headers } = options
    return fetch(path.startsWith('http') ? path : `${baseUrl}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${key}`,
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
  }

  const look = (options?: CallOptions) =>
    call(`${lookPaths[kind]}/${simulator.tasks.at(-1)?.id ?? 'none'}`, options)

  return {
    baseUrl,
    call,
    look,
    create: (prompt, more = {}, options = {}) =>
      call(createPaths[kind], {
        body: JSON.stringify({ model: 'sora-2', prompt, ...more }),
        ...options,
      }),
    async follow(looks = 4) {
      const documents: unknown[] = []
      while (documents.length < looks) documents.push(await (await look()).json())
      return documents
    },
  }
}
