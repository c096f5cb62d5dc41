// Faults of the response: no response at all, not HTTP, redirects, every status with the headers and
// the body it has in the wild. Nothing here is billed by the simulator except what says 200.

import { refusals } from '../refusals.ts'
import { speakDialect, type Scenario, type Visit } from '../scenario.ts'
import { answer, bill, end, fin, head, raw, reset, silence, wait, type Script } from '../script.ts'
import { bytes } from '../script.ts'
import type { FaultKnobs } from './knobs.ts'

type ResponseFault = (knobs: FaultKnobs) => Scenario

/** Long enough for what was sent before to arrive before the reset overtakes it. */
export const SETTLE_MS = 20

const always =
  (scenario: Scenario): ResponseFault =>
  () =>
    scenario
const json = (status: number, body: object) =>
  always(() => answer(status, 'application/json', JSON.stringify(body)))
const html = (status: number, title: string) =>
  always(() => answer(status, 'text/html', `<!doctype html><title>${title}</title>`))

export const responseFaults = {
  'rst-after-request': always(() => [reset]),
  'fin-after-request': always(() => [fin]),
  'no-headers': always(() => [silence]),
  'garbage-status-line': always(() => [
    raw('SPEAK FRIEND AND ENTER\r\n\r\n'),
    wait(SETTLE_MS),
    fin,
  ]),
  'headers-too-large': always(sendEndlessHeaders),

  'redirect-301': redirect(301),
  'redirect-302': redirect(302),
  'redirect-303': redirect(303),
  'redirect-307': redirect(307),
  'redirect-308': redirect(308),

  '400': always(refusals.moderation),
  '401': always(refusals.auth),
  '402': json(402, { error: { message: 'Insufficient balance', code: 'insufficient_quota' } }),
  '403': json(403, { error: { message: 'Access denied', code: 'access_denied' } }),
  '404': json(404, { error: { message: 'The model does not exist', code: 'model_not_found' } }),
  '413': json(413, { error: { message: 'Request entity too large' } }),
  '422': json(422, { detail: [{ loc: ['body', 'model'], msg: 'field required' }] }),
  '408': html(408, 'Request Timeout'),
  '409': html(409, 'Conflict'),

  '429-seconds': saturated('retry-after', '7'),
  '429-date': ({ retryAfter }) =>
    saturated(
      'retry-after',
      new Date(Date.now() + 30_000).toUTCString(),
    )(retryAfter === undefined ? {} : { retryAfter }),
  '429-past-date': saturated('retry-after', 'Sun, 06 Nov 1994 08:49:37 GMT'),
  '429-negative': saturated('retry-after', '-1'),
  '429-nan': saturated('retry-after', 'soon'),
  '429-huge': saturated('retry-after', '86400'),
  '429-ms': saturated('retry-after-ms', '1500'),

  '500': json(500, { error: { message: 'Internal server error', type: 'server_error' } }),
  '502': html(502, '502 Bad Gateway'),
  '503-retry-after':
    ({ retryAfter = '1' }) =>
    () =>
      withHeader(503, 'retry-after', retryAfter, 'Service Unavailable'),
  '503': html(503, '503 Service Temporarily Unavailable'),
  '504': html(504, '504 Gateway Time-out'),
  '520': html(520, 'relay.example | 520: Web server is returning an unknown error'),
  '521': html(521, 'relay.example | 521: Web server is down'),
  '522': html(522, 'relay.example | 522: Connection timed out'),
  '523': html(523, 'relay.example | 523: Origin is unreachable'),
  '524': html(524, 'relay.example | 524: A timeout occurred'),
  '525': html(525, 'relay.example | 525: SSL handshake failed'),
  '530-1016': always(() => answer(530, 'text/plain', 'error code: 1016')),

  '200-html': html(200, 'Maintenance'),
  '200-json-error': json(200, { error: { message: 'Something went wrong', code: null } }),
  '200-json-completion':
    ({ dialect = 'D1' }) =>
    ({ request, job }) =>
      speakDialect(dialect)({
        request: { ...request, body: { ...request.body, stream: false } },
        job,
      }),
  '200-no-ctype': ({ dialect = 'D1' }) => withoutContentType(speakDialect(dialect)),
  '204': always(() => [head(204, {}), bill, end]),
} as const satisfies Record<string, ResponseFault>

function* sendEndlessHeaders(): Script {
  yield raw('HTTP/1.1 200 OK\r\n')
  for (let index = 0; ; index++) yield raw(`x-filler-${index}: ${'a'.repeat(4000)}\r\n`)
}

function redirect(status: number): ResponseFault {
  return ({ location }) =>
    ({ request }) => [
      head(status, { location: location ?? `${otherOrigin(request.url)}${request.url.pathname}` }),
      end,
    ]
}

/** Another origin that reaches this simulator too, so that a followed redirect is counted. */
export function otherOrigin(url: URL): string {
  return url.hostname === '127.0.0.1' ? `http://localhost:${url.port}` : 'https://elsewhere.example'
}

function saturated(name: string, value: string): ResponseFault {
  return ({ retryAfter = value }) =>
    () =>
      withHeader(
        429,
        name,
        retryAfter,
        JSON.stringify({ error: { message: '当前分组上游负载已饱和' } }),
      )
}

function* withHeader(status: number, name: string, value: string, body: string): Script {
  yield head(status, {
    [name]: value,
    'content-type': body.startsWith('{') ? 'application/json' : 'text/plain',
  })
  yield bytes(body)
  yield end
}

function withoutContentType(scenario: Scenario): Scenario {
  return function* play(visit: Visit) {
    for (const step of scenario(visit)) yield step.type === 'head' ? head(step.status, {}) : step
  }
}
