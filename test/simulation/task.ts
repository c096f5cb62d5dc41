// A piece of simulation work that a thread can do by itself, and what came of it.

import { scriptNames, toScript, type Mishap, type ScriptName } from './scripts.ts'
import { drawScenario } from './scenario.ts'
import { simulate, type Outcome } from './simulate.ts'

export type Task =
  | { readonly kind: 'seeds'; readonly from: number; readonly to: number }
  /** One run for each mishap. */
  | { readonly kind: 'script'; readonly script: ScriptName; readonly mishaps: readonly Mishap[] }

export interface Failure {
  /** What `replay.ts` needs to show it. */
  readonly replay: string
  readonly invariant: string
  readonly detail: string
}

export interface Tally {
  readonly runs: number
  readonly crashes: number
  readonly steps: number
  readonly posts: number
  readonly completed: number
  readonly failures: readonly Failure[]
}

export const emptyTally: Tally = {
  runs: 0,
  crashes: 0,
  steps: 0,
  posts: 0,
  completed: 0,
  failures: [],
}

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    runs: one.runs + other.runs,
    crashes: one.crashes + other.crashes,
    steps: one.steps + other.steps,
    posts: one.posts + other.posts,
    completed: one.completed + other.completed,
    failures: [...one.failures, ...other.failures],
  }
}

/** Ends at the first failure when `stopsEarly`. */
export async function perform(task: Task, stopsEarly: boolean): Promise<Tally> {
  let tally = emptyTally
  for await (const { outcome, replay } of runAll(task)) {
    tally = addTallies(tally, toTally(outcome, replay))
    if (stopsEarly && tally.failures.length > 0) break
  }
  return tally
}

async function* runAll(task: Task): AsyncGenerator<{ outcome: Outcome; replay: string }> {
  switch (task.kind) {
    case 'seeds':
      for (let seed = task.from; seed <= task.to; seed++) {
        yield { outcome: await simulate(drawScenario(seed)), replay: `--seed ${seed}` }
      }
      return
    case 'script':
      for (const mishap of task.mishaps) {
        const outcome = await simulate(toScript(task.script, mishap))
        const { crashes = [], lates = [] } = mishap
        const places = `--crashes '${crashes.join(',')}' --lates '${lates.join(',')}'`
        yield { outcome, replay: `--script '${task.script}' ${places}` }
      }
  }
}

function toTally(outcome: Outcome, replay: string): Tally {
  const { crashes, steps, posts, completed, violation } = outcome
  const failures = violation === null ? [] : [{ replay, ...violation }]
  return { runs: 1, crashes, steps, posts, completed, failures }
}

/** Every mishap that `list` makes of a script's calm run, one run each, in tasks of a few dozen. */
export async function toScriptTasks(list: (calm: Outcome) => Mishap[]): Promise<Task[]> {
  const tasks: Task[] = []
  for (const script of scriptNames) {
    const mishaps = list(await simulate(toScript(script, {})))
    for (const part of toParts(mishaps, 40)) tasks.push({ kind: 'script', script, mishaps: part })
  }
  return tasks
}

/** A crash at each single place. */
export const toCrashes = ({ places }: Outcome): Mishap[] =>
  Array.from({ length: places }, (_, place) => ({ crashes: [place] }))

/** Each single message late. */
export const toDelays = ({ messages }: Outcome): Mishap[] =>
  Array.from({ length: messages }, (_, message) => ({ lates: [message] }))

export function countRuns(tasks: readonly Task[]): number {
  const count = (task: Task) =>
    task.kind === 'script' ? task.mishaps.length : task.to - task.from + 1
  return tasks.reduce((sum, task) => sum + count(task), 0)
}

/** `count` seeds from `from` on. */
export function toSeedTasks(from: number, count: number, part: number): Task[] {
  return Array.from({ length: Math.ceil(count / part) }, (_, index) => ({
    kind: 'seeds',
    from: from + index * part,
    to: Math.min(from + (index + 1) * part, from + count) - 1,
  }))
}

function toParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )
}
