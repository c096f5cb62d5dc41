// A connection that dies before the head, and a 200 that is no event stream.

import { speakDialect, type Visit } from '../scenario.ts'
import { answer, bill, end, fin, head, raw, reset, silence, type Script } from '../script.ts'
import { succeed, type AnswerFault } from './knobs.ts'

export const answerFaults = {
  'rst-after-request': () => () => [reset],
  'fin-after-request': () => () => [fin],
  'no-headers': () => () => [silence],
  'garbage-status-line': () => () => [raw('SPEAK FRIEND AND ENTER\r\n\r\n'), fin],
  'headers-too-large': () => sendEndlessHeaders,

  '200-html': () => () => answer(200, 'text/html', '<!doctype html><title>Maintenance</title>'),
  '200-json-error': () => () =>
    answer(200, 'application/json', '{"error":{"message":"Something went wrong","code":null}}'),
  '200-json-completion':
    ({ dialect = 'D1' }) =>
    (visit) => {
      const body = { ...visit.request.body, stream: false }
      return speakDialect(dialect)({ ...visit, request: { ...visit.request, body } })
    },
  '200-no-ctype': (knobs) =>
    function* (visit: Visit) {
      for (const step of succeed(knobs)(visit)) yield step.type === 'head' ? head(200, {}) : step
    },
  '204': () => () => [head(204, {}), bill, end],
} as const satisfies Record<string, AnswerFault>

function* sendEndlessHeaders(): Script {
  yield raw('HTTP/1.1 200 OK\r\n')
  for (let index = 0; ; index++) yield raw(`x-filler-${index}: ${'a'.repeat(4000)}\r\n`)
}
