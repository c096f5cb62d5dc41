// Lets a person steer the simulator from the prompt, in square brackets:
//
// | directive        | what it does                                                        |
// | ---------------- | ------------------------------------------------------------------- |
// | `[dialect:D3]`   | answers as this kind of relay (a key of `dialects`); default D1     |
// | `[fail:quota]`   | fails in this way (a key of `refusals` or `disappointments`)        |
// | `[fault:stall]`  | breaks in this way (a key of `scenarioFaults`)                      |
// | `[slow:500]`     | milliseconds between two progress reports                           |
// | `[cut:60]`       | breaks the connection once 60 % were reported                       |
//
// Unknown names are answered with a 400 that lists the known ones: a typo must not look like a pass.

import { dialects, isDialectId } from './dialects/dialects.ts'
import { disappointments } from './disappointments.ts'
import { scenarioFaults } from './faults/scenarioFaults.ts'
import { cut } from './faults/knobs.ts'
import { isKeyOf } from './isKeyOf.ts'
import { refusals } from './refusals.ts'
import { speakDialect, type Scenario } from './scenario.ts'
import { answer, cutAtProgress, type Script } from './script.ts'

export const followDirectives: Scenario = ({ request, job }) => {
  const directives = readDirectives(request.prompt)
  const dialect = directives.get('dialect') ?? 'D1'
  if (!isDialectId(dialect)) return explain('dialect', Object.keys(dialects))
  const slow = Number(directives.get('slow') ?? job.stepMs)
  const cutAt = Number(directives.get('cut') ?? Infinity)
  if (Number.isNaN(slow)) return explain('slow', ['a number of milliseconds'])
  if (Number.isNaN(cutAt)) return explain('cut', ['a percentage'])
  const paced = { request, job: { ...job, stepMs: slow } }
  const fail = directives.get('fail')
  if (fail !== undefined) {
    const failures = { ...refusals, ...disappointments }
    return isKeyOf(failures, fail)
      ? failures[fail](paced.job)
      : explain('fail', Object.keys(failures))
  }
  const fault = directives.get('fault')
  if (fault !== undefined) {
    if (!isKeyOf(scenarioFaults, fault)) return explain('fault', Object.keys(scenarioFaults))
    return scenarioFaults[fault]({ dialect })(paced)
  }
  return cutAtProgress(speakDialect(dialect)(paced), cutAt, cut)
}

/** The last value of each name. Bounded on both sides, so linear in the prompt. */
function readDirectives(prompt: string): ReadonlyMap<string, string> {
  const found = prompt.matchAll(/\[(dialect|fail|fault|slow|cut):([\w-]{1,40})\]/g)
  return new Map([...found].map(([, name = '', value = '']) => [name, value]))
}

function explain(name: string, known: readonly string[]): Script {
  const message = `Unknown [${name}:…]; known are: ${known.join(', ')}.`
  const error = {
    message,
    type: 'invalid_request_error',
    param: 'messages',
    code: 'unknown_directive',
  }
  return answer(400, 'application/json', JSON.stringify({ error }))
}
