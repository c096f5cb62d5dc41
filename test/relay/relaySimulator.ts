// A relay on a real socket: streamed chat completions, every kind of task, file host and task documents
// in one server. It records everything it was asked and counts what a relay would bill, so that tests
// can assert "paid once"; people meet it as the relay behind `npm start`.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { authorizationsAt } from './authorizationsAt.ts'
import { followDirectives } from './directives.ts'
import { otherOrigin } from './faults/knobs.ts'
import { createJob, type Job } from './job.ts'
import { createLedger } from './ledger.ts'
import { mediaFor, serveMedia, type Download } from './media/serve.ts'
import { playScript } from './play.ts'
import { refusals } from './refusals.ts'
import { readRelayRequest, toHeaders, type RelayKindId, type RelayRequest } from './relayRequest.ts'
import { replay, type ReplayOptions } from './replay.ts'
import type { Scenario } from './scenario.ts'
import { answer, type Script } from './script.ts'
import type { AskedShape } from './tasks/askedShape.ts'
import { findTaskKind, taskKinds } from './tasks/kinds/taskKinds.ts'
import type { Task } from './tasks/task.ts'
import { followTaskDirectives } from './tasks/taskDirectives.ts'
import type { TaskKindId } from './tasks/taskKind.ts'
import { createTaskRelay } from './tasks/taskRelay.ts'
import type { TaskScenario } from './tasks/taskScenario.ts'
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
  /** The same for tasks. */
  readonly taskScenario?: TaskScenario
  /** Further keys that it accepts. */
  readonly otherKeys?: readonly string[]
  /** Whether another key of the relay may look at a task; default `key`: to the others it is 404. */
  readonly tasksBelongTo?: 'key' | 'relay'
  /** Tasks get on by one step at each look, as tests need it, or in `stepMs`; default `looks`. */
  readonly taskPace?: 'looks' | 'time'
  /** What becomes of the money for tasks that fail; default `free`. */
  readonly failedTasks?: 'free' | 'billed'
  /** Origin of links to another host than the relay; default one that reaches this server, too. */
  readonly vendorOrigin?: string
}

/** Six to ten seconds a video: long enough to watch, short enough to wait for. */
export const pleasantPace = {
  stepMs: 700,
  progress: [4, 12, 23, 36, 48, 61, 74, 88, 97],
  taskPace: 'time',
} as const

interface RecordedDownload {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

type Connections = 'accept' | 'reset' | 'reset-requests'

export interface RelaySimulator {
  /** What goes into RELAY_BASE_URL for a relay that speaks chat. */
  readonly baseUrl: string
  /** The same for a relay of any kind: this server is one of each. */
  baseUrlOf(kind: RelayKindId): string
  /** Origin of links to another host than the relay. */
  readonly vendorOrigin: string
  readonly origin: string
  readonly apiKey: string
  /** Every request to the relay's API, in order. */
  readonly requests: readonly RelayRequest[]
  /** Every request for a file, of any host. */
  readonly downloads: readonly RecordedDownload[]
  /** Every generation begun, in order; each was billed, and not given back. */
  readonly billed: readonly Job[]
  /** What the relay bought a second time for one POST. */
  readonly billedAgain: readonly Job[]
  readonly refunded: readonly Job[]
  /** Every task taken, in order, with what has been done with it. */
  readonly tasks: readonly Task[]
  /** What is billed of this kind's tasks. */
  billedOf(kind: TaskKindId): readonly Job[]
  /** Every value of Authorization that was sent to this origin, for the API or a file. */
  authorizationsAt(origin: string): readonly string[]
  /** Paid POSTs of one prompt. */
  postsOf(prompt: string): number
  postsFor(predicate: (request: RelayRequest) => boolean): number
  /** For every POST from now on. */
  setScenario(scenario: Scenario): void
  /** For the next POSTs, one each; then the set scenario again. */
  queueScenarios(...scenarios: readonly Scenario[]): void
  /** For every POST for a task from now on. */
  setTaskScenario(scenario: TaskScenario): void
  /** For the next POSTs for tasks, one each; then the set scenario again. */
  queueTaskScenarios(...scenarios: readonly TaskScenario[]): void
  /** What is answered for `GET /models`, of every kind; null: a list of its models. */
  setModels(answer: (() => Script) | null): void
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
  const ledger = createLedger()
  const documents = new Map<string, Job>()
  const queue: Scenario[] = []
  const taskQueue: TaskScenario[] = []
  const initialTaskScenario = options.taskScenario ?? followTaskDirectives
  const authorizations = [apiKey, ...(options.otherKeys ?? [])].map((key) => `Bearer ${key}`)
  let scenario = initialScenario
  let taskScenario = initialTaskScenario
  let models: (() => Script) | null = null
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
  const vendorOrigin = options.vendorOrigin ?? otherOrigin(new URL(origin))

  const taskRelay = createTaskRelay({
    defaults: {
      progress,
      stepMs: options.taskPace === 'time' ? stepMs : null,
      failed: options.failedTasks ?? 'free',
    },
    vendorOrigin,
    tasksBelongTo: options.tasksBelongTo ?? 'key',
    ledger,
    nextScenario: () => taskQueue.shift() ?? taskScenario,
    createJob: nextJob,
    isAuthorized: ({ headers }) => isAuthorized(headers),
    serveFile: (fileUrl, { url, method, headers }) =>
      serve(fileUrl, recordDownload(url, method, headers), headers),
    listModels: answerModels,
  })

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
      const job = nextJob(request)
      const next = queue.shift() ?? scenario
      return playScript(next({ request, job }), response, () => {
        ledger.bill(job)
        documents.set(job.taskId, job)
      })
    }
    const kind = findTaskKind(url.pathname)
    if (kind !== null) {
      const request = await readRelayRequest(message, url, kind)
      requests.push(request)
      const { script, onBill } = taskRelay.answer(kind, request)
      return playScript(script, response, onBill)
    }
    if (url.pathname === '/v1/models') {
      requests.push(await readRelayRequest(message, url))
      return playScript(listModels(toHeaders(message)), response)
    }
    return playScript(answerFile(message, url), response)
  }

  function nextJob({ prompt, model }: RelayRequest, shape: AskedShape = {}): Job {
    return createJob({
      prompt,
      model,
      number: jobs++,
      stepMs,
      progress,
      linkOrigin: options.linkOrigin ?? origin,
      taskOrigin: options.taskOrigin ?? origin,
      ...shape,
    })
  }

  function listModels(headers: Readonly<Record<string, string>>): Script {
    return isAuthorized(headers) ? answerModels(['sora-2', 'sora-2-pro']) : refusals.auth()
  }

  function answerModels(ids: readonly string[]): Script {
    if (models !== null) return models()
    const data = ids.map((id) => ({ id, object: 'model', owned_by: 'relay' }))
    return answer(200, 'application/json', JSON.stringify({ object: 'list', data }))
  }

  /** How many requests for this address there were, this one included. */
  function recordDownload({ href }: URL, method: string, headers: RelayRequest['headers']): number {
    downloads.push({ url: href, method, headers })
    return downloads.filter((download) => download.url === href).length
  }

  function serve(url: URL, attempt: number, headers: RelayRequest['headers']): Script {
    return download({ url, headers, attempt, media: mediaFor(url) })
  }

  function answerFile(message: IncomingMessage, url: URL): Script {
    const headers = toHeaders(message)
    const attempt = recordDownload(url, message.method ?? 'GET', headers)
    const [, folder, name = ''] = url.pathname.split('/')
    const task = documents.get(name)
    if (folder === 'source' && task !== undefined) {
      const status = describeTask(task, taskProgress(task, attempt))
      return answer(200, 'application/json', JSON.stringify(status))
    }
    if (folder === 'web' || folder === 'source') {
      return answer(folder === 'web' ? 200 : 404, 'text/html', '<!doctype html><title>Task</title>')
    }
    return serve(url, attempt, headers)
  }

  function isAuthorized(headers: Readonly<Record<string, string>>): boolean {
    return authorizations.includes(headers['authorization'] ?? '')
  }

  return {
    baseUrl: `${origin}/v1`,
    origin,
    apiKey,
    baseUrlOf: (kind) => `${origin}${kind === 'chat' ? '/v1' : taskKinds[kind].basePath}`,
    vendorOrigin,
    requests,
    downloads,
    billed: ledger.billed,
    billedAgain: ledger.billedAgain,
    refunded: ledger.refunded,
    tasks: taskRelay.tasks,
    billedOf: (kind) =>
      ledger.billed.filter((job) =>
        taskRelay.tasks.some((task) => task.kind === kind && task.job === job),
      ),
    authorizationsAt: (at) => authorizationsAt(at, [...requests, ...downloads]),
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
    setTaskScenario(next) {
      taskScenario = next
    },
    queueTaskScenarios(...next) {
      taskQueue.push(...next)
    },
    setModels(next) {
      models = next
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
      for (const list of [requests, downloads, queue, taskQueue]) list.length = 0
      ledger.reset()
      documents.clear()
      taskRelay.reset()
      scenario = initialScenario
      taskScenario = initialTaskScenario
      models = null
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
