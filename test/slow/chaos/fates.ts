// What the relay and its file host have in mind for each prompt, drawn from the seed: most of what
// relays were seen to do. Each fate says whether another POST may follow the first.

import type { Chance } from '../../simulation/kernel/chance.ts'
import type { DialectId } from '../../relay/dialects/dialects.ts'
import { dribble } from '../../relay/faults/volumes.ts'
import type { Download } from '../../relay/media/serve.ts'
import { serveMedia } from '../../relay/media/serve.ts'
import type { Scenario } from '../../relay/scenario.ts'
import { EVENT_STREAM, speakDialect } from '../../relay/scenario.ts'
import type { Script, Step } from '../../relay/script.ts'
import {
  answer,
  bill,
  bytes,
  cutAtByte,
  cutAtProgress,
  end,
  fin,
  head,
  reset,
  silence,
  wait,
} from '../../relay/script.ts'

export interface Fate {
  readonly name: string
  readonly scenario: Scenario
  readonly download: Download
  /** The first POST is refused before anything is begun, and a second one may follow. */
  readonly isRefusedOnce: boolean
  /** What the task's public page says when it is asked. */
  readonly page: 'completed' | 'failed'
}

/** The relay does it, and nothing is known of that. */
const toDoubt = (status: number): Script => [
  bill,
  ...answer(status, 'text/html', `<html><title>${status}</title></html>`),
]
const ERROR = 'data: {"error":{"message":"It went wrong.","code":"internal_error"}}\n\n'
const LONG_COMMENT = `:${' '.repeat(700_000)}\n\n`

export function drawFate(chance: Chance): Fate {
  const dialect = chance.pick<DialectId>(['D1', 'D1', 'D1', 'D2', 'D3', 'D5-v1'])
  const stepMs = 20 + chance.below(400)
  const succeed: Scenario = ({ request, job }) =>
    speakDialect(dialect)({ request, job: { ...job, stepMs } })
  const { name, scenario, isRefusedOnce = false } = drawAnswer(chance, succeed)
  const [downloadName, download] = drawDownload(chance)
  return {
    name: `${dialect}, ${name}; download ${downloadName}`,
    scenario,
    download,
    isRefusedOnce,
    page: chance.happens(0.8) ? 'completed' : 'failed',
  }
}

function drawAnswer(
  chance: Chance,
  succeed: Scenario,
): { readonly name: string; readonly scenario: Scenario; readonly isRefusedOnce?: boolean } {
  const at = chance.below(4_000)
  const percent = chance.pick([12, 36, 61, 88])
  const ending = chance.pick([[fin], [reset]] as const)
  switch (chance.below(16)) {
    case 0:
    case 1:
      return {
        name: `cut at byte ${at}`,
        scenario: (visit) => cutAtByte(succeed(visit), at, ending),
      }
    case 2:
      return {
        name: `cut at ${percent} %`,
        scenario: (visit) => cutAtProgress(succeed(visit), percent, ending),
      }
    case 3:
      return {
        name: `silent from ${percent} % on`,
        scenario: (visit) => cutAtProgress(succeed(visit), percent, [silence]),
      }
    case 4: {
      const status = chance.pick([500, 502, 504, 524])
      return { name: `${status}, billed`, scenario: () => toDoubt(status) }
    }
    case 5: {
      const status = chance.pick([400, 401, 404, 422])
      const body = '{"error":{"message":"No.","code":"invalid_request_error"}}'
      return { name: `${status}`, scenario: () => answer(status, 'application/json', body) }
    }
    case 6:
    case 7:
      return refuseOnce(chance.pick([429, 503]), succeed)
    case 8: {
      const size = 1 + chance.below(40)
      return {
        name: `${size} bytes at a time`,
        scenario: (visit) => dribble(succeed(visit), size, 1),
      }
    }
    case 9:
      return { name: 'everything twice', scenario: (visit) => double(succeed(visit)) }
    case 10:
      return { name: 'a late link', scenario: (visit) => delayEnd(succeed(visit)) }
    case 11: {
      const scenario: Scenario = (visit) =>
        cutAtProgress(succeed(visit), percent, [bytes(ERROR), end])
      return { name: `an error at ${percent} %`, scenario }
    }
    case 12:
      return {
        name: 'a long comment',
        scenario: (visit) => insertBefore(succeed(visit), bytes(LONG_COMMENT)),
      }
    case 13:
      return {
        name: 'an answer without a word',
        scenario: () => [head(200, EVENT_STREAM), bill, end],
      }
    default:
      return { name: 'well', scenario: succeed }
  }
}

/** By number of POSTs: a refusal may be answered by a kill, after which nothing is sent again. */
function refuseOnce(status: number, succeed: Scenario) {
  let posts = 0
  const body = '{"error":{"message":"Busy.","code":"rate_limit_exceeded"}}'
  const refusal = [
    head(status, { 'content-type': 'application/json', 'retry-after': '1' }),
    bytes(body),
    end,
  ]
  const scenario: Scenario = (visit) => (++posts === 1 ? refusal : succeed(visit))
  return { name: `${status} once`, scenario, isRefusedOnce: true }
}

function* double(script: Script): Script {
  for (const step of script) {
    yield step
    if (step.type === 'bytes') yield step
  }
}

/** The last third of the words comes three seconds later. */
function* delayEnd(script: Script): Script {
  for (const step of script) {
    yield step
    if (step.type === 'wait' && (step.progress ?? 0) >= 88) yield wait(2_500)
  }
}

function* insertBefore(script: Script, inserted: Step): Script {
  let isInserted = false
  for (const step of script) {
    if (step.type === 'bytes' && !isInserted) {
      isInserted = true
      yield inserted
    }
    yield step
  }
}

function drawDownload(chance: Chance): readonly [string, Download] {
  const at = 1 + chance.below(20_000)
  switch (chance.below(8)) {
    case 0:
      return [
        '404 twice',
        (visit) => (visit.attempt <= 2 ? answer(404, 'text/plain', 'Soon.') : serveMedia(visit)),
      ]
    case 1:
      return [
        'cut once',
        (visit) =>
          visit.attempt === 1 ? cutAtByte(serveMedia(visit), at, [reset]) : serveMedia(visit),
      ]
    case 2:
      return ['slow', (visit) => dribble(serveMedia(visit), 4_096, 20)]
    default:
      return ['well', serveMedia]
  }
}
