// What an upstream can do wrong that shows in status, headers, body or ending; named as in any
// catalogue of faults, so that a catalogue can be held against the same situations.

import type { Charge, FailureCode, Outcome } from '../../../shared/video/failures.ts'
import type { Situation } from './manifest.ts'

export interface Fault extends Situation {
  readonly id: string
  readonly body: string
  /** 'ok' when the answer is a success in spite of the fault. */
  readonly means: readonly [FailureCode, Charge, Outcome] | 'ok'
  /** Whether the same paid POST may be sent again unasked. */
  readonly repeats: boolean
}

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
const error = (message: string, code: string | null = null): string =>
  JSON.stringify({ error: { message, type: 'x', code } })
const link = '[点击这里](https://cdn.example/v.mp4) '
const linkChunk = chunk(link)
const progressChunk = chunk('> 🏃 进度：60%\n')
const stop = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
/** One comment, longer than an answer may be. */
const flood = `: ${'x'.repeat(16 * 1024 * 1024)}\n`
const done = 'data: [DONE]\n\n'
const page = '<html><head><title>Bad gateway</title></head></html>'

function row(
  id: string,
  situation: Situation & { readonly body?: string },
  means: Fault['means'],
  repeats = false,
): Fault {
  return { body: '', ...situation, id, means, repeats }
}

const busy = ['rate_limited', 'none', 'known'] as const
const unreached = ['upstream_unavailable', 'none', 'known'] as const
const doubtful = ['outcome_unknown', 'possible', 'unknown'] as const
const redirected = ['upstream_error', 'possible', 'known'] as const
const timedOut = ['gateway_timeout', 'possible', 'unknown'] as const
const cut = ['truncated_stream', 'possible', 'unknown'] as const

export const faults: readonly Fault[] = [
  ...[301, 302, 303, 307, 308].map((status) =>
    row(`redirect-${status}`, { status, headers: { location: 'https://x.example' } }, redirected),
  ),
  row('400', { status: 400, body: error('seconds must be 10') }, [
    'invalid_request',
    'none',
    'known',
  ]),
  row('401', { status: 401 }, ['auth', 'none', 'known']),
  row('402', { status: 402, body: error('pay', 'insufficient_quota') }, ['quota', 'none', 'known']),
  row('403', { status: 403 }, ['auth', 'none', 'known']),
  row('404', { status: 404, body: error('no such model', 'model_not_found') }, [
    'no_channel',
    'none',
    'known',
  ]),
  row('404-page', { status: 404, body: page }, ['upstream_error', 'none', 'known']),
  row('413', { status: 413 }, ['invalid_request', 'none', 'known']),
  row('422', { status: 422, body: '{"detail":"bad"}' }, ['invalid_request', 'none', 'known']),
  row('408', { status: 408 }, timedOut),
  row('409', { status: 409 }, doubtful),
  row('429-seconds', { status: 429, headers: { 'retry-after': '7' } }, busy, true),
  row(
    '429-date',
    { status: 429, headers: { 'retry-after': 'Sun, 22 Nov 2026 09:00:30 GMT' } },
    busy,
    true,
  ),
  row(
    '429-past-date',
    { status: 429, headers: { 'retry-after': 'Sun, 22 Nov 2020 09:00:30 GMT' } },
    busy,
    true,
  ),
  row('429-negative', { status: 429, headers: { 'retry-after': '-1' } }, busy, true),
  row('429-nan', { status: 429, headers: { 'retry-after': 'soon' } }, busy, true),
  row('429-huge', { status: 429, headers: { 'retry-after': '86400' } }, busy, true),
  row('429-ms', { status: 429, headers: { 'retry-after-ms': '1500' } }, busy, true),
  row('429-broken-body', { status: 429, body: '{"error":{"mess', ending: 'broken' }, busy, true),
  row('500', { status: 500 }, doubtful),
  row('500-no-channel', { status: 500, body: error('No available channel for model x') }, [
    'no_channel',
    'possible',
    'known',
  ]),
  row('503-no-channel', { status: 503, body: error('No available channel for model x') }, [
    'no_channel',
    'none',
    'known',
  ]),
  row('500-code', { status: 500, body: error('no', 'insufficient_quota') }, [
    'quota',
    'none',
    'known',
  ]),
  row('502', { status: 502, body: page }, doubtful),
  row('503-retry-after', { status: 503, headers: { 'retry-after': '3' } }, unreached, true),
  row('503', { status: 503 }, doubtful),
  row('503-heavy-load', { status: 503, body: error('busy', 'heavy_load') }, unreached, true),
  row('504', { status: 504, body: page }, timedOut),
  row('520', { status: 520, body: page }, doubtful),
  row('521', { status: 521, body: page }, unreached, true),
  row('522', { status: 522, body: page }, timedOut),
  row('523', { status: 523, body: page }, unreached, true),
  row('524', { status: 524, body: page }, timedOut),
  row('525', { status: 525, body: page }, unreached),
  row('530-1016', { status: 530, body: 'error code: 1016' }, unreached, true),
  row('530', { status: 530, body: 'error code: 1033' }, doubtful),
  row('200-html', { body: page }, ['upstream_error', 'possible', 'unknown']),
  row('200-json-error', { body: error('no', 'moderation_blocked') }, [
    'content_policy',
    'possible',
    'known',
  ]),
  row(
    '200-json-completion',
    { body: JSON.stringify({ choices: [{ message: { content: link } }] }) },
    'ok',
  ),
  row('200-no-ctype', { body: linkChunk + stop }, 'ok'),
  row('204', { status: 204 }, ['empty_result', 'possible', 'unknown']),
  row('error-event-first', { body: `data: ${error('no', 'insufficient_quota')}\n\n` }, [
    'quota',
    'possible',
    'known',
  ]),
  row('error-after-progress', { body: `${progressChunk}data: ${error('boom')}\n\n` }, [
    'upstream_error',
    'possible',
    'known',
  ]),
  row('cut-before-any-event', { ending: 'broken' }, cut),
  row('cut-at-progress', { body: progressChunk, ending: 'broken' }, cut),
  row('cut-after-url', { body: linkChunk, ending: 'broken' }, 'ok'),
  row('clean-eof-no-done', { body: progressChunk }, cut),
  row('done-with-suffix', { body: `${progressChunk}data: [DONE]x\n\n` }, cut),
  row('done-with-space', { body: `${progressChunk}data: [DONE] \n\n` }, cut),
  row('done-and-more', { body: `${progressChunk}data: [DONE]\ndata: {}\n\n` }, cut),
  row('eof-with-pending-event', { body: linkChunk.trimEnd() }, 'ok'),
  row(
    'cut-inside-the-chunk-with-the-link',
    { body: linkChunk.slice(0, -8), ending: 'broken' },
    'ok',
  ),
  row('cut-inside-the-link', { body: linkChunk.slice(0, -13), ending: 'broken' }, cut),
  row('flood', { body: progressChunk + flood }, cut),
  row('flood-after-link', { body: linkChunk + flood }, 'ok'),
  row('huge-line', { body: `data: ${'x'.repeat(1024 * 1024 + 1)}` }, cut),
  row('bad-utf8', { body: chunk('\uFFFD') + linkChunk + done }, 'ok'),
  row('dup-done', { body: linkChunk + done + done }, 'ok'),
  row('data-after-done', { body: `${linkChunk}${done}data: ${error('late')}\n\n` }, 'ok'),
  row('two-links', { body: chunk('![x](https://cdn.example/p.gif)\n') + linkChunk + done }, 'ok'),
  row('no-link', { body: progressChunk + stop }, ['empty_result', 'possible', 'known']),
]
