// What a relay writes about a task: its document, its error documents, its lists of models.

import { bytes, end, head, type Script } from '../script.ts'
import { errorShapes, type ErrorShapeId } from './errorShapes.ts'
import { putAt } from './manner.ts'
import type { Task } from './task.ts'
import { taskKinds } from './kinds/taskKinds.ts'
import type { ToldTask } from './taskKind.ts'
import type { TaskRefusal } from './taskRefusals.ts'

export function* sendJson(
  status: number,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): Script {
  yield head(status, { 'content-type': 'application/json', ...headers })
  yield bytes(JSON.stringify(document))
  yield end
}

export function refuse(refusal: TaskRefusal, shape: ErrorShapeId): Script {
  const { status, retryAfter } = refusal
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return sendJson(status, errorShapes[shape](refusal), headers)
}

export function describeTask(task: Task, state: ToldTask['state']): object {
  const kind = taskKinds[task.kind]
  const told = tell(task, state)
  const { manner } = task.plan
  const document = kind.describe(told)
  if (state.is !== 'done' || told.link === null) return document
  const withLink = putAt(document, manner.field ?? kind.fieldOf(told), told.link)
  if (!manner.isStateDropped) return withLink
  return putAt(withLink, 'status' in withLink ? 'status' : 'data.status', undefined)
}

export function describeCreated(task: Task): object {
  const ids = {
    text: task.id,
    number: Number(task.id),
    url: `${task.links.content}?task=${task.id}`,
    missing: undefined,
  }
  const id = ids[task.plan.manner.id]
  return taskKinds[task.kind].describeCreated(tell(task, { is: 'queued' }), id)
}

function tell({ id, job, kind, plan, costUsd, links }: Task, state: ToldTask['state']): ToldTask {
  const { manner } = plan
  const link = manner.link === 'none' ? null : links[manner.link]
  return { id, job, basePath: taskKinds[kind].basePath, manner, state, costUsd, link }
}
