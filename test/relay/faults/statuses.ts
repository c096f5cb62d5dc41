// Answers with every status a relay or the proxies before it send instead of a stream, with the
// headers and the body they have in the wild. None of them is billed.

import { refusals } from '../refusals.ts'
import { answer, bytes, end, head, type Script } from '../script.ts'
import { otherOrigin, type AnswerFault } from './knobs.ts'

export const statusFaults = {
  'redirect-301': redirect(301),
  'redirect-302': redirect(302),
  'redirect-303': redirect(303),
  'redirect-307': redirect(307),
  'redirect-308': redirect(308),

  '400': () => refusals.moderation,
  '401': () => refusals.auth,
  '402': json(402, { message: 'Insufficient balance', code: 'insufficient_quota' }),
  '403': json(403, { message: 'Access denied', code: 'access_denied' }),
  '404': json(404, { message: 'The model does not exist', code: 'model_not_found' }),
  '413': json(413, { message: 'Request entity too large' }),
  '422': json(422, { message: 'Field required', param: 'model' }),
  '408': html(408, '408 Request Timeout'),
  '409': html(409, '409 Conflict'),

  '429-seconds': saturated('retry-after', '7'),
  '429-date': saturated('retry-after', () => new Date(Date.now() + 30_000).toUTCString()),
  '429-past-date': saturated('retry-after', 'Sun, 06 Nov 1994 08:49:37 GMT'),
  '429-negative': saturated('retry-after', '-1'),
  '429-nan': saturated('retry-after', 'soon'),
  '429-huge': saturated('retry-after', '86400'),
  '429-ms': saturated('retry-after-ms', '1500'),

  '500': json(500, { message: 'Internal server error', type: 'server_error' }),
  '502': html(502, '502 Bad Gateway'),
  '503-retry-after': ({ retryAfter = '1' }) => {
    return () =>
      withHeader(503, 'retry-after', retryAfter, '<title>503 Service Unavailable</title>')
  },
  '503': html(503, '503 Service Temporarily Unavailable'),
  '504': html(504, '504 Gateway Time-out'),
  '520': html(520, 'relay.example | 520: Web server is returning an unknown error'),
  '521': html(521, 'relay.example | 521: Web server is down'),
  '522': html(522, 'relay.example | 522: Connection timed out'),
  '523': html(523, 'relay.example | 523: Origin is unreachable'),
  '524': html(524, 'relay.example | 524: A timeout occurred'),
  '525': html(525, 'relay.example | 525: SSL handshake failed'),
  '530-1016': () => () => answer(530, 'text/plain', 'error code: 1016'),
} as const satisfies Record<string, AnswerFault>

function json(status: number, error: object): AnswerFault {
  return () => () => answer(status, 'application/json', JSON.stringify({ error }))
}

function html(status: number, title: string): AnswerFault {
  return () => () => answer(status, 'text/html', `<!doctype html><title>${title}</title>`)
}

function redirect(status: number): AnswerFault {
  return ({ location }) =>
    ({ request: { url } }) => [
      head(status, { location: location ?? `${otherOrigin(url)}${url.pathname}` }),
      end,
    ]
}

function saturated(name: string, value: string | (() => string)): AnswerFault {
  const error = { message: '当前分组上游负载已饱和，请稍后再试', type: 'new_api_error', code: null }
  return ({ retryAfter }) =>
    () =>
      withHeader(
        429,
        name,
        retryAfter ?? (typeof value === 'string' ? value : value()),
        JSON.stringify({ error }),
      )
}

function* withHeader(status: number, name: string, value: string, body: string): Script {
  const type = body.startsWith('{') ? 'application/json' : 'text/html'
  yield head(status, { 'content-type': type, [name]: value })
  yield bytes(body)
  yield end
}
