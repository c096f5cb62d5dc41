// The part of the simulator that takes tasks: one POST makes one task, which then lives by its plan.
// A task is billed when it is taken; where failures are free, that is given back at the first look after
// its failure.

import type { Job } from '../job.ts'
import type { Ledger } from '../ledger.ts'
import type { RelayRequest } from '../relayRequest.ts'
import { bill, type Script } from '../script.ts'
import { readAskedShape, type AskedShape } from './askedShape.ts'
import { describeVideoModels } from './kinds/openrouter.ts'
import { taskKinds } from './kinds/taskKinds.ts'
import type { Detour, Task, TaskLinks, TaskPlan } from './task.ts'
import { describeCreated, describeTask, refuse, sendJson } from './taskAnswers.ts'
import { findRoute, type TaskKindId } from './taskKind.ts'
import { taskRefusals, type TaskRefusal } from './taskRefusals.ts'
import type { TaskDefaults, TaskScenario } from './taskScenario.ts'

export interface TaskRelayOptions {
  readonly defaults: TaskDefaults
  /** Origin of links to another host. */
  readonly vendorOrigin: string
  /** A task is for the key that made it, or for every key of this relay. */
  readonly tasksBelongTo: 'key' | 'relay'
  readonly ledger: Ledger
  nextScenario(): TaskScenario
  createJob(request: RelayRequest, shape: AskedShape): Job
  isAuthorized(request: RelayRequest): boolean
  /** The bytes of a file as the answer to this request. */
  serveFile(fileUrl: URL, request: RelayRequest): Script
  listModels(models: readonly string[]): Script
}

export interface TaskAnswer {
  readonly script: Script
  /** At the script's `bill` step. */
  readonly onBill?: () => void
}

export interface TaskRelay {
  readonly tasks: readonly Task[]
  answer(kind: TaskKindId, request: RelayRequest): TaskAnswer
  reset(): void
}

const USD_PER_SECOND = 0.1
const NOT_FOUND: TaskRefusal = { status: 404, code: 'not_found', message: 'Not found' }
const NO_TASK: TaskRefusal = { status: 404, code: 'task_not_exist', message: 'task_not_exist' }
const NOT_READY: TaskRefusal = {
  status: 400,
  code: 'task_not_completed',
  message: 'The video is not ready yet',
}

type MutableTask = { -readonly [Name in keyof Task]: Task[Name] }

export function createTaskRelay(options: TaskRelayOptions): TaskRelay {
  const { defaults, ledger, vendorOrigin } = options
  const tasks: MutableTask[] = []

  function answer(kind: TaskKindId, request: RelayRequest): TaskAnswer {
    const { errors, models } = taskKinds[kind]
    const found = findRoute(taskKinds[kind], request.method, request.url.pathname)
    if (!options.isAuthorized(request)) return { script: refuse(taskRefusals.auth, errors) }
    if (found === null) return { script: refuse(NOT_FOUND, errors) }
    const { route, id } = found
    if (route.does === 'models') return { script: options.listModels(models) }
    if (route.does === 'video-models') return { script: sendJson(200, describeVideoModels()) }
    if (route.does === 'create') return create(kind, request)
    if (route.does === 'derive') {
      return hasSource(kind, id, request)
        ? create(kind, request)
        : { script: refuse(NOT_FOUND, errors) }
    }
    const task = findTask(kind, id, request)
    if (task === undefined) return { script: refuse(NO_TASK, errors) }
    if (route.does === 'look') return { script: look(task) }
    if (route.does === 'content') return { script: sendContent(task, request) }
    return { script: cancel(task) }
  }

  /** A video of its own by its id, in the path or the body, or any by its link. */
  function hasSource(kind: TaskKindId, id: string, request: RelayRequest): boolean {
    if (id === '' && readSource(request, 'url') !== null) return true
    const task = findTask(kind, id || (readSource(request, 'id') ?? ''), request)
    return task !== undefined && readState(task).is === 'done'
  }

  function findTask(kind: TaskKindId, id: string, { headers }: RelayRequest) {
    return tasks.find(
      (task) =>
        task.kind === kind &&
        task.id === id &&
        !task.isCancelled &&
        (options.tasksBelongTo === 'relay' || task.authorization === headers['authorization']),
    )
  }

  function create(kind: TaskKindId, request: RelayRequest): TaskAnswer {
    const plan = options.nextScenario()({ kind, request, defaults })
    const refusal = plan.refusal ?? findMistake(request, plan)
    if (refusal !== null) return { script: refuse(refusal, plan.manner.errors) }
    const task = toTask(kind, request, plan)
    const document = plan.isBlocking ? describeTask(task, plan.ending) : describeCreated(task)
    const regular = [bill, ...sendJson(plan.createStatus ?? taskKinds[kind].createStatus, document)]
    return {
      script: detour(plan.create, regular, 1, task),
      onBill() {
        tasks.push(task)
        ledger.bill(task.job)
        for (let order = 1; order < plan.upstreamOrders; order++) ledger.billAgain(task.job)
      },
    }
  }

  function toTask(kind: TaskKindId, request: RelayRequest, plan: TaskPlan): MutableTask {
    const job = options.createJob(request, readAskedShape(request))
    const id = plan.manner.id === 'number' ? String(job.createdAt) : taskKinds[kind].toId(job)
    return {
      kind,
      id,
      job,
      request,
      authorization: request.headers['authorization'] ?? '',
      plan,
      costUsd: Math.round(job.seconds * USD_PER_SECOND * 100) / 100,
      takenAt: Date.now(),
      links: toLinks(kind, id, request, job),
      looks: 0,
      contentReads: 0,
      cancels: 0,
      isCancelled: false,
    }
  }

  function toLinks(kind: TaskKindId, id: string, { url }: RelayRequest, job: Job): TaskLinks {
    const { pathname, search } = new URL(job.videoUrl)
    const index = kind === 'openrouter' ? '?index=0' : ''
    return {
      content: `${url.origin}${taskKinds[kind].basePath}/videos/${id}/content${index}`,
      direct: job.videoUrl,
      vendor: `${vendorOrigin}${pathname}${search}`,
    }
  }

  function look(task: MutableTask): Script {
    task.looks += 1
    const state = readState(task)
    const script = detour(
      task.plan.look,
      sendJson(200, describeTask(task, state)),
      task.looks,
      task,
    )
    const isFailure = state.is === 'failed' || state.is === 'expired'
    if (isFailure && task.plan.failed === 'free') ledger.refund(task.job)
    return script
  }

  function readState({ plan, looks, takenAt }: Task) {
    // The content may be asked for before anybody looked.
    const state = plan.life({ look: Math.max(1, looks), ageMs: Date.now() - takenAt })
    return state.is === 'over' ? plan.ending : state
  }

  function sendContent(task: MutableTask, request: RelayRequest): Script {
    task.contentReads += 1
    const { errors } = task.plan.manner
    const isOther = (request.url.searchParams.get('variant') ?? 'video') !== 'video'
    if (isOther)
      return refuse({ ...taskRefusals.invalid, message: 'variant must be video' }, errors)
    if (readState(task).is !== 'done') return refuse(NOT_READY, errors)
    const regular = options.serveFile(new URL(task.job.videoUrl), request)
    return detour(task.plan.content, regular, task.contentReads, task)
  }

  function cancel(task: MutableTask): Script {
    task.cancels += 1
    const regular = sendJson(200, { id: task.id, object: 'video.deleted', deleted: true })
    const script = detour(task.plan.cancel, regular, task.cancels, task)
    // Whatever else is answered, the job goes on.
    task.isCancelled = script === regular
    return script
  }

  return {
    tasks,
    answer,
    reset() {
      tasks.length = 0
    },
  }
}

function detour(way: Detour, regular: Script, nth: number, { plan, links }: Task): Script {
  return way(regular, { nth, links, refuse: (refusal) => refuse(refusal, plan.manner.errors) })
}

function findMistake(request: RelayRequest, { accepts }: TaskPlan): TaskRefusal | null {
  const type = request.headers['content-type'] ?? ''
  const sent = type.startsWith('multipart/form-data') ? 'form' : 'json'
  if (accepts !== 'both' && accepts !== sent) {
    return { status: 422, code: 'invalid_request', message: `${accepts} is required` }
  }
  if (request.prompt === '') {
    return { ...taskRefusals.invalid, message: 'prompt is required' }
  }
  return null
}

/** The video that an edit or extension begins with; in a form each field has a name of its own. */
function readSource({ body }: RelayRequest, by: 'id' | 'url'): string | null {
  const { video = {} } = body
  const value = body[`video[${by}]`] ?? new Map(Object.entries(video ?? {})).get(by)
  return typeof value === 'string' ? value : null
}
