// Lets a person steer a task from its prompt, in square brackets:
//
// | directive             | what it does                                                          |
// | --------------------- | --------------------------------------------------------------------- |
// | `[fail:quota]`        | refused (a key of `taskRefusals`) or failed later (of `taskEndings`)  |
// | `[fault:poll-429]`    | goes wrong in this way (a key of `taskFaults`); several are allowed   |
// | `[words:submitted+succeed]` | says these words for its states; unknown ones while it runs     |
// | `[progress:percent]`  | a key of `progressForms`                                              |
// | `[shape:flat]`        | which of new-api's documents                                          |
// | `[errors:fastapi]`    | error documents of this software (a key of `errorShapes`)             |
// | `[link:vendor]`       | whose link the result is (one of `linkOwners`)                        |
// | `[field:data.0.url]`  | where the link stands                                                 |
// | `[looks:9]`           | still runs at so many looks                                           |
// | `[slow:500]`, `[after:9000]` | milliseconds a report, or in all, by the clock                 |
// | `[times:3]`, `[retry-after:7]` | how often a fault happens, and its Retry-After               |
// | `[failed:billed]`     | a failure is paid for                                                 |
//
// Unknown names are answered with a 400 that lists the known ones: a typo must not look like a pass.

import { isKeyOf } from '../isKeyOf.ts'
import { taskEndings } from './endings.ts'
import { errorShapes } from './errorShapes.ts'
import { taskFaults, type TaskFaultId } from './faults/taskFaults.ts'
import { linkOwners, progressForms, shapes } from './manner.ts'
import { taskRefusals } from './taskRefusals.ts'
import { planTask, refuseTask, type TaskScenario, type TaskWishes } from './taskScenario.ts'

export const followTaskDirectives: TaskScenario = ({ kind, request, defaults }) => {
  const read = readDirectives(request.prompt)
  if (typeof read !== 'string') return planTask(read, kind, defaults)
  return refuseTask({ status: 400, code: 'unknown_directive', message: read }, kind, defaults)
}

const names =
  'fail|fault|words|progress|shape|errors|link|field|looks|slow|after|times|retry-after|failed'
const directive = new RegExp(String.raw`\[(${names}):([\w.+-]{1,80})\]`, 'g')
const failures = { ...taskRefusals, ...taskEndings }

/** The wishes, or what is wrong with them. Linear in the prompt: a directive is bounded. */
function readDirectives(prompt: string): TaskWishes | string {
  let wishes: TaskWishes = {}
  for (const [, name = '', value = ''] of prompt.matchAll(directive)) {
    const wish = readDirective(name, value, wishes)
    if (Array.isArray(wish)) return `Unknown [${name}:…]; known are: ${wish.join(', ')}.`
    wishes = { ...wishes, ...wish }
  }
  return wishes
}

/** What it adds, or the values that are known. */
function readDirective(name: string, value: string, before: TaskWishes): TaskWishes | string[] {
  switch (name) {
    case 'fail':
      return isKeyOf(failures, value) ? { fail: value } : Object.keys(failures)
    case 'fault':
      return isFault(value)
        ? { faults: [...(before.faults ?? []), value] }
        : Object.keys(taskFaults)
    case 'words':
      return { words: value.split('+') }
    case 'progress':
      return isKeyOf(progressForms, value) ? { progress: value } : Object.keys(progressForms)
    case 'shape':
      return pick(shapes, value, (shape) => ({ shape }))
    case 'errors':
      return isKeyOf(errorShapes, value) ? { errors: value } : Object.keys(errorShapes)
    case 'link':
      return pick(linkOwners, value, (link) => ({ link }))
    case 'field':
      return { field: value }
    case 'looks':
      return count(value, (looks) => ({ looks }))
    case 'slow':
      return count(value, (slowMs) => ({ slowMs }))
    case 'after':
      return count(value, (afterMs) => ({ afterMs }))
    case 'times':
      return count(value, (times) => ({ times }))
    case 'retry-after':
      return { retryAfter: value }
    default:
      return pick(['free', 'billed'] as const, value, (failed) => ({ failed }))
  }
}

function isFault(value: string): value is TaskFaultId {
  return isKeyOf(taskFaults, value)
}

function pick<Value extends string>(
  known: readonly Value[],
  value: string,
  use: (value: Value) => TaskWishes,
): TaskWishes | string[] {
  const found = known.find((one) => one === value)
  return found === undefined ? [...known] : use(found)
}

function count(value: string, use: (value: number) => TaskWishes): TaskWishes | string[] {
  return /^[0-9]{1,9}$/.test(value) ? use(Number(value)) : ['a whole number']
}
