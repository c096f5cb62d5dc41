// How a task gets on: a function of how often it was looked at and how old it is. Looks are counted
// so that a run can be repeated; time is for people who watch, and for a success that comes late.

export type TaskState =
  | { readonly is: 'queued' }
  | { readonly is: 'running'; readonly percent: number }
  /** Over; how, says the task's plan. */
  | { readonly is: 'over' }

export interface Moment {
  /** 1 at the first look, then counting. */
  readonly look: number
  /** Milliseconds since the task was taken. */
  readonly ageMs: number
}

export type Life = (moment: Moment) => TaskState

/** Queued at the first look, then a percentage a look, then over. */
export function byLooks(progress: readonly number[]): Life {
  return ({ look }) => toState(look - 2, progress)
}

/** The same by the clock, with `stepMs` in place of a look. */
export function byTime(progress: readonly number[], stepMs: number): Life {
  return ({ ageMs }) => toState(Math.floor(ageMs / Math.max(1, stepMs)) - 1, progress)
}

/** Over `afterMs` after it was taken, not sooner and not later. */
export function overAfter(progress: readonly number[], afterMs: number): Life {
  const before = byTime([...progress, 100], afterMs / (progress.length + 1))
  return (moment) => (moment.ageMs < afterMs ? before(moment) : { is: 'over' })
}

/** `count` percentages on the way to 100. */
export function spread(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.round((100 * (index + 1)) / (count + 1)))
}

function toState(step: number, progress: readonly number[]): TaskState {
  if (step < 0) return { is: 'queued' }
  const percent = progress[step]
  return percent === undefined ? { is: 'over' } : { is: 'running', percent }
}
