// What a test or a prompt may turn on the faults of a task.

import type { TaskPlan } from '../task.ts'

export interface TaskKnobs {
  /** How many answers of the faulty sort are faulty; Infinity for all of them. */
  readonly times: number
  /** Value of Retry-After where the fault has one. */
  readonly retryAfter: string
}

/** The plan with one thing gone wrong. */
export type TaskFault = (plan: TaskPlan, knobs: TaskKnobs) => TaskPlan
