// A relay on a real socket: streamed chat completions, file host and task documents in one server.
// It records everything it was asked and counts what a relay would bill, so that tests can assert
// "paid once"; people meet it as the relay behind `npm start`.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { followDirectives } from './directives.ts'
import { createJob, type Job } from './job.ts'
import { mediaFor, serveMedia, type Download } from './media/serve.ts'
import { playScript } from './play.ts'
import { refusals } from './refusals.ts'
import { readRelayRequest, toHeaders, type RelayRequest } from './relayRequest.ts'
import { replay, type ReplayOptions } from './replay.ts'
import type { Scenario } from './scenario.ts'
import { answer, type Script } from './script.ts'
import { completeAtSecondLook, describeTask, type TaskProgress } from './taskStatus.ts'

export interface RelaySimulatorOptions {
  /** TCP port on 127.0.0.1; default any free one. */
  readonly port?: number
  /** The key the relay accepts; default `relay-key`. */
  readonly apiKey?: string
  /** Milliseconds between two progress reports; default 5, for tests. */
  readonly stepMs?: number
  /** Percentages to report; default four. */
  readonly progress?: readonly number[]
  /** Origin in the links to videos; default this server. */
  readonly linkOrigin?: string
  /** Origin in the links to task documents; default this server. */
  readonly taskOrigin?: string
  /** What is answered when no scenario was set; default: what the prompt's directives say. */
  readonly scenario?: Scenario
}

/** Six to ten seconds a video: long enough to watch, short enough to wait for. */
export const pleasantPace = { stepMs: 700, progress: [4, 12, 23, 36, 48, 61, 74, 88, 97] } as const

interface RecordedDownload {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

type Connections = 'accept' | 'reset' | 'reset-requests'

export interface RelaySimulator {
  /** What goes into RELAY_BASE_URL. */
  readonly baseUrl: string
  readonly origin: string
  readonly apiKey: string
  /** Every request to the relay's API, in order. */
  readonly requests: readonly RelayRequest[]
  /** Every request for a file, of any host. */
  readonly downloads: readonly RecordedDownload[]
  /** Every generation begun, in order; each was billed. */
  readonly billed: readonly Job[]
  /** Paid POSTs of one prompt. */
  postsOf(prompt: string): number
  postsFor(predicate: (request: RelayRequest) => boolean): number
  /** For every POST from now on. */
  setScenario(scenario: Scenario): void
  /** For the next POSTs, one each; then the set scenario again. */
  queueScenarios(...scenarios: readonly Scenario[]): void
  /** For every POST from now on: this recording. */
  replay(recording: Uint8Array, options?: ReplayOptions): void
  /** For every file from now on. */
  setDownload(download: Download): void
  /** What the public documents about tasks say; default: running once, then completed. */
  setTaskProgress(progress: TaskProgress): void
  /** `reset`: every new connection is reset before anything is read; `reset-requests`: only once
   * there is an HTTP request. */
  setConnections(how: Connections): void
  /** Forgets scenarios, records and counts. */
  reset(): void
  /** Answers as the named host would; for callers that bring their own socket. */
  handle(message: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
  close(): Promise<void>
}

export async function startRelaySimulator(
  options: RelaySimulatorOptions = {},
): Promise<RelaySimulator> {
  const { port = 0, apiKey = 'relay-key', stepMs = 5, progress = [12, 36, 61, 88] } = options
  const initialScenario = options.scenario ?? followDirectives
  const requests: RelayRequest[] = []
  const downloads: RecordedDownload[] = []
  const billed: Job[] = []
  const tasks = new Map<string, Job>()
  const queue: Scenario[] = []
  let scenario = initialScenario
  let download: Download = serveMedia
  let taskProgress = completeAtSecondLook
  let connections: Connections = 'accept'
  let jobs = 0

  const server = createServer((message, response) => {
    // By the name it was called: a redirect to `localhost` must not look like the relay itself.
    const called = URL.parse(message.url ?? '/', `http://${message.headers.host ?? ''}`)
    void handle(message, response, called ?? new URL(origin))
  })
  server.requestTimeout = 0
  server.on('connection', (socket) => {
    if (connections === 'reset') socket.resetAndDestroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The server has no TCP port.')
  const origin = `http://127.0.0.1:${address.port}`

  async function handle(message: IncomingMessage, response: ServerResponse, url: URL) {
    if (connections !== 'accept') return void response.socket?.resetAndDestroy()
    try {
      await route(message, response, url)
    } catch (error) {
      // Whoever leaves while still sending has the right to; anything else is a broken scenario.
      if (message.complete && !response.headersSent) response.writeHead(500).end(String(error))
      else response.destroy()
    }
  }

  async function route(message: IncomingMessage, response: ServerResponse, url: URL) {
    if (url.pathname === '/v1/chat/completions' && message.method === 'POST') {
      const request = await readRelayRequest(message, url)
      requests.push(request)
      if (!isAuthorized(request.headers)) return playScript(refusals.auth(), response)
      const job = createJob({
        prompt: request.prompt,
        model: request.model,
        number: jobs++,
        stepMs,
        progress,
        linkOrigin: options.linkOrigin ?? origin,
        taskOrigin: options.taskOrigin ?? origin,
      })
      const next = queue.shift() ?? scenario
      return playScript(next({ request, job }), response, () => {
        billed.push(job)
        tasks.set(job.taskId, job)
      })
    }
    if (url.pathname === '/v1/models') {
      requests.push(await readRelayRequest(message, url))
      return playScript(listModels(toHeaders(message)), response)
    }
    return playScript(answerFile(message, url), response)
  }

  function listModels(headers: Readonly<Record<string, string>>): Script {
    if (!isAuthorized(headers)) return refusals.auth()
    const data = ['sora-2', 'sora-2-pro'].map((id) => ({ id, object: 'model', owned_by: 'relay' }))
    return answer(200, 'application/json', JSON.stringify({ object: 'list', data }))
  }

  function answerFile(message: IncomingMessage, url: URL): Script {
    const attempt = downloads.filter((before) => before.url === url.href).length + 1
    const method = message.method ?? 'GET'
    const headers = toHeaders(message)
    downloads.push({ url: url.href, method, headers })
    const [, folder, name = ''] = url.pathname.split('/')
    const task = tasks.get(name)
    if (folder === 'source' && task !== undefined) {
      const status = describeTask(task, taskProgress(task, attempt))
      return answer(200, 'application/json', JSON.stringify(status))
    }
    if (folder === 'web' || folder === 'source') {
      return answer(folder === 'web' ? 200 : 404, 'text/html', '<!doctype html><title>Task</title>')
    }
    return download({ url, headers, attempt, media: mediaFor(url) })
  }

  function isAuthorized(headers: Readonly<Record<string, string>>): boolean {
    return headers['authorization'] === `Bearer ${apiKey}`
  }

  return {
    baseUrl: `${origin}/v1`,
    origin,
    apiKey,
    requests,
    downloads,
    billed,
    postsOf: (prompt) =>
      requests.filter((request) => request.method === 'POST' && request.prompt === prompt).length,
    postsFor: (predicate) =>
      requests.filter((request) => request.method === 'POST' && predicate(request)).length,
    setScenario(next) {
      scenario = next
    },
    queueScenarios(...next) {
      queue.push(...next)
    },
    replay(recording, replayOptions) {
      scenario = replay(recording, replayOptions)
    },
    setDownload(next) {
      download = next
    },
    setTaskProgress(next) {
      taskProgress = next
    },
    setConnections(how) {
      connections = how
      server.closeIdleConnections()
    },
    reset() {
      for (const list of [requests, downloads, billed, queue]) list.length = 0
      tasks.clear()
      scenario = initialScenario
      download = serveMedia
      taskProgress = completeAtSecondLook
      connections = 'accept'
    },
    handle,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
