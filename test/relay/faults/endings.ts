// Streams that began well and ended badly, or twice, or without what was paid for. The relay bills
// in all of them but the first.

import { disappointments } from '../disappointments.ts'
import { EVENT_STREAM, type Visit } from '../scenario.ts'
import {
  bill,
  bytes,
  cutAtProgress,
  end,
  fin,
  head,
  silence,
  type Script,
  type Step,
} from '../script.ts'
import { cut, succeed, type AnswerFault } from './knobs.ts'

const DONE = 'data: [DONE]\n\n'
const ERROR =
  'data: {"error":{"message":"The generation failed","type":"server_error","code":null}}\n\n'

export const endingFaults = {
  'error-event-first': () => () => [head(200, EVENT_STREAM), bytes(ERROR + DONE), end],
  'error-after-progress': (knobs) => (visit) =>
    cutAtProgress(succeed(knobs)(visit), 40, [bytes(ERROR + DONE), end]),
  'cut-before-any-event': () => () => [head(200, EVENT_STREAM), bill, ...cut],
  'cut-at-progress': (knobs) => (visit) => cutAtProgress(succeed(knobs)(visit), 60, cut),
  'cut-after-url': (knobs) => (visit) => cutAtLink(succeed(knobs), visit, (link) => [link, ...cut]),
  'clean-eof-no-done': (knobs) => (visit) =>
    untilClosed(cutAtProgress(succeed(knobs)(visit), 60, [fin])),
  'eof-with-pending-event': (knobs) => (visit) =>
    cutAtLink(succeed(knobs), visit, (link) => [bytes(link.bytes.subarray(0, -2)), end]),
  stall: (knobs) => (visit) => cutAtProgress(succeed(knobs)(visit), 60, [silence]),
  'dup-done': (knobs) => (visit) => beforeEnd(succeed(knobs)(visit), DONE),
  'data-after-done': (knobs) => (visit) => beforeEnd(succeed(knobs)(visit), ERROR),
  'two-links': (knobs) => (visit) => {
    const previewUrl = visit.job.previewUrl.replace('.webp', '.gif')
    return succeed(knobs)({ ...visit, job: { ...visit.job, previewUrl } })
  },
  'no-link':
    () =>
    ({ job }) =>
      disappointments.text(job),
} as const satisfies Record<string, AnswerFault>

type BytesStep = Extract<Step, { type: 'bytes' }>

/** The script up to the chunk with the link, which `ending` gets to see. */
function* cutAtLink(
  scenario: (visit: Visit) => Script,
  visit: Visit,
  ending: (link: BytesStep) => Script,
): Script {
  const name = new URL(visit.job.videoUrl).pathname
  for (const step of scenario(visit)) {
    if (step.type === 'bytes' && Buffer.from(step.bytes).includes(name)) {
      yield* ending(step)
      return
    }
    yield step
  }
}

/** The body then ends where the connection does: a cut looks like a regular end. */
function* untilClosed(script: Script): Script {
  for (const step of script) {
    yield step.type === 'head' ? head(step.status, { ...step.headers, connection: 'close' }) : step
  }
}

function* beforeEnd(script: Script, text: string): Script {
  for (const step of script) {
    if (step.type === 'end') yield bytes(text)
    yield step
  }
}
