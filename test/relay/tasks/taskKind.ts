// How one kind of relay words what is true of a task: its addresses, its documents, its usual manner.
// Knows nothing of scenarios; a kind is a file in `kinds/`.

import type { Job } from '../job.ts'
import type { TaskEnding } from './endings.ts'
import type { TaskState } from './life.ts'
import type { LinkOwner, Manner, ProgressForm } from './manner.ts'
import type { ErrorShapeId } from './errorShapes.ts'

export const taskKindIds = ['videos', 'xai', 'newapi', 'openrouter'] as const
export type TaskKindId = (typeof taskKindIds)[number]

export interface TaskKind {
  /** Below the simulator's origin; what a relay's base URL ends with. */
  readonly basePath: string
  readonly routes: readonly TaskRoute[]
  readonly models: readonly string[]
  readonly createStatus: number
  readonly errors: ErrorShapeId
  readonly progress: ProgressForm
  readonly link: LinkOwner
  toId(job: Job): string
  /** The answer to a POST that is taken; `id`: as it is told, undefined to leave it out. */
  describeCreated(told: ToldTask, id: string | number | undefined): object
  describe(told: ToldTask): object
  /** Where a link stands, `a.0.b`, unless the scenario says otherwise. */
  fieldOf(told: ToldTask): string
}

export interface ToldTask {
  readonly id: string
  readonly job: Job
  readonly basePath: string
  readonly manner: Manner
  readonly state: Exclude<TaskState, { readonly is: 'over' }> | TaskEnding
  readonly costUsd: number
  /** The result's, where this relay gives one. */
  readonly link: string | null
}

export interface TaskRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the base; `{id}` is a task's. */
  readonly path: string
  readonly does: TaskDeed
}

/** `derive`: a new task from a video that exists, named in the body or the path. */
export type TaskDeed =
  | 'create'
  | 'derive'
  | 'look'
  | 'content'
  | 'cancel'
  | 'models'
  | 'video-models'

/** The route and its id, or null when the kind has no such address. */
export function findRoute(
  { routes, basePath }: TaskKind,
  method: string,
  pathname: string,
): { readonly route: TaskRoute; readonly id: string } | null {
  const asked = pathname.slice(basePath.length).split('/')
  const wanted = method === 'HEAD' ? 'GET' : method
  for (const route of routes) {
    const parts = route.path.split('/')
    const isHere =
      route.method === wanted &&
      parts.length === asked.length &&
      parts.every((part, index) => part === '{id}' || part === asked[index])
    if (isHere) return { route, id: decodeURIComponent(asked[parts.indexOf('{id}')] ?? '') }
  }
  return null
}
