// A task scenario decides what becomes of one POST for a task. Tests say it in wishes, prompts in
// directives; both end in a plan.

import type { RelayRequest } from '../relayRequest.ts'
import { taskEndings, type TaskEnding } from './endings.ts'
import type { ErrorShapeId } from './errorShapes.ts'
import { taskFaults, type TaskFaultId } from './faults/taskFaults.ts'
import { taskKinds } from './kinds/taskKinds.ts'
import { byLooks, byTime, overAfter, spread, type Life } from './life.ts'
import type { LinkOwner, ProgressForm, Shape } from './manner.ts'
import { straight, type TaskPlan } from './task.ts'
import type { TaskKindId } from './taskKind.ts'
import { taskRefusals, type TaskRefusal } from './taskRefusals.ts'

export type TaskScenario = (visit: TaskVisit) => TaskPlan

export interface TaskVisit {
  readonly kind: TaskKindId
  readonly request: RelayRequest
  /** What the simulator was started with. */
  readonly defaults: TaskDefaults
}

export interface TaskDefaults {
  readonly progress: readonly number[]
  /** Milliseconds a step by the clock; null: a look a step. */
  readonly stepMs: number | null
  readonly failed: 'free' | 'billed'
}

export type TaskFailure = keyof typeof taskRefusals | keyof typeof taskEndings

export interface TaskWishes {
  readonly fail?: TaskFailure
  readonly faults?: readonly TaskFaultId[]
  readonly words?: readonly string[]
  readonly progress?: ProgressForm
  readonly shape?: Shape
  readonly errors?: ErrorShapeId
  readonly link?: LinkOwner
  /** Where the link stands, `data.0.url`. */
  readonly field?: string
  /** How often it still runs when it is looked at. */
  readonly looks?: number
  /** Milliseconds between two reports, by the clock. */
  readonly slowMs?: number
  /** Milliseconds until it is over, by the clock. */
  readonly afterMs?: number
  /** A life of one's own; before `looks`, `slowMs` and `afterMs`. */
  readonly life?: Life
  readonly times?: number
  readonly retryAfter?: string
  readonly failed?: 'free' | 'billed'
}

/** For every POST alike, whatever its prompt. */
export function arrange(wishes: TaskWishes): TaskScenario {
  return ({ kind, defaults }) => planTask(wishes, kind, defaults)
}

export function planTask(wishes: TaskWishes, kind: TaskKindId, defaults: TaskDefaults): TaskPlan {
  const { errors, link, progress } = taskKinds[kind]
  const { times = 2, retryAfter = '1' } = wishes
  const plan: TaskPlan = {
    refusal: toRefusal(wishes),
    accepts: 'both',
    createStatus: null,
    isBlocking: false,
    upstreamOrders: 1,
    manner: {
      words: wishes.words ?? [],
      progress: wishes.progress ?? progress,
      id: 'text',
      shape: wishes.shape ?? 'wrapped',
      errors: wishes.errors ?? errors,
      link: wishes.link ?? link,
      field: wishes.field ?? null,
      isStateDropped: false,
    },
    life: toLife(wishes, defaults),
    ending: toEnding(wishes.fail),
    failed: wishes.failed ?? defaults.failed,
    create: straight,
    look: straight,
    content: straight,
    cancel: straight,
  }
  const faults = wishes.faults ?? []
  return faults.reduce((so, id) => taskFaults[id](so, { times, retryAfter }), plan)
}

/** A plan that only refuses. */
export function refuseTask(
  refusal: TaskRefusal,
  kind: TaskKindId,
  defaults: TaskDefaults,
): TaskPlan {
  return { ...planTask({}, kind, defaults), refusal }
}

function toRefusal({ fail, retryAfter }: TaskWishes): TaskRefusal | null {
  if (fail === undefined || !isRefusal(fail)) return null
  return { ...taskRefusals[fail], ...(retryAfter !== undefined && { retryAfter }) }
}

function toEnding(fail: TaskFailure | undefined): TaskEnding {
  return fail === undefined || isRefusal(fail) ? { is: 'done' } : taskEndings[fail]
}

function isRefusal(fail: TaskFailure): fail is keyof typeof taskRefusals {
  return Object.hasOwn(taskRefusals, fail)
}

function toLife({ life, looks, slowMs, afterMs }: TaskWishes, defaults: TaskDefaults): Life {
  const progress = looks === undefined ? defaults.progress : spread(looks)
  if (life !== undefined) return life
  if (afterMs !== undefined) return overAfter(progress, afterMs)
  const stepMs = slowMs ?? defaults.stepMs
  return stepMs === null ? byLooks(progress) : byTime(progress, stepMs)
}
