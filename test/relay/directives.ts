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
import { scenarioFaults } from './faults/faults.ts'
import { disappointments, refusals } from './refusals.ts'
import { speakDialect, type Scenario } from './scenario.ts'
import { answer, cutAtProgress, reset, wait, type Script } from './script.ts'

export const followDirectives: Scenario = ({ request, job }) => {
  const directives = readDirectives(request.prompt)
  const dialect = directives.get('dialect') ?? 'D1'
  if (!isDialectId(dialect)) return explain('dialect', Object.keys(dialects))
  const slow = Number(directives.get('slow') ?? job.stepMs)
  if (!(slow >= 0)) return explain('slow', ['a number of milliseconds'])
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
  const script = speakDialect(dialect)(paced)
  const cut = directives.get('cut')
  return cut === undefined ? script : cutAtProgress(script, Number(cut), [wait(20), reset])
}

/** The last value of each name. Bounded on both sides, so linear in the prompt. */
function readDirectives(prompt: string): ReadonlyMap<string, string> {
  const found = prompt.matchAll(/\[(dialect|fail|fault|slow|cut):([\w-]{1,40})\]/g)
  return new Map([...found].map(([, name = '', value = '']) => [name, value]))
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key)
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
