// How relays say no: HTTP errors before a stream, prose inside one, and successes without a video.
// The first kind is never billed; the others may be, which is exactly what makes them interesting.

import { DONE, frame, frameGo } from './dialects/frame.ts'
import { AVAILABILITY, createWriter } from './dialects/d3.ts'
import type { Job } from './job.ts'
import { stream } from './scenario.ts'
import { answer, type Script } from './script.ts'

/** Ahead of any work: an error document with a status. */
export const refusals = {
  auth: () => refuse(401, { message: `无效的令牌 ${REQUEST_ID}`, type: 'new_api_error' }),
  quota: () =>
    refuse(403, {
      message: `user quota is not enough ${REQUEST_ID}`,
      type: 'v_api_error',
      param: '',
      code: 'insufficient_user_quota',
    }),
  'upstream-quota': () =>
    refuse(429, {
      message: SATURATED,
      localized_message: 'Unknown error',
      type: 'insufficient_quota',
      param: '',
      code: 'insufficient_quota',
    }),
  'rate-limited': () =>
    refuse(429, {
      message: `${SATURATED} ${REQUEST_ID}`,
      type: 'new_api_error',
      param: '',
      code: null,
    }),
  'no-channel': () =>
    refuse(503, {
      message: `当前分组 default 下对于模型 sora-2 无可用渠道（distributor） ${REQUEST_ID}`,
      type: 'new_api_error',
      code: 'model_not_found',
    }),
  moderation: () =>
    refuse(400, {
      code: 'moderation_blocked',
      message: 'Your request was blocked by our moderation system.',
    }),
  sentinel: () =>
    refuse(400, {
      code: 'sentinel_block',
      message: "Hmmm something didn't look right with your request.",
      param: null,
      type: 'invalid_request_error',
    }),
  'invalid-model': () =>
    refuse(500, {
      message: '400: Invalid model: sora-9',
      type: 'server_error',
      param: null,
      code: null,
    }),
  'generation-failed': () =>
    refuse(502, {
      message: '视频生成失败: 视频URL为空',
      type: 'server_error',
      code: 'generation_failed',
      status_code: 502,
    }),
  'heavy-load': () =>
    refuse(503, { message: 'We are under heavy load', type: 'server_error', code: 'heavy_load' }),
  'gateway-json': () =>
    refuse(524, {
      message: '',
      type: 'upstream_error',
      param: '524',
      code: 'bad_response_status_code',
    }),
  'gateway-html': () =>
    answer(
      504,
      'text/html',
      '<!DOCTYPE html>\n<title>relay.example | 504: Gateway time-out</title>',
    ),
} as const satisfies Record<string, () => Script>

/** After a 200: the stream runs, and no video comes. */
export const disappointments = {
  guardrail: (job: Job) =>
    prose(job, `> ❌ 视频生成失败: We’re so sorry, but ${GUARDRAIL} third-party content.\n\n`),
  'content-filter': (job: Job) =>
    prose(job, "I'm sorry, but I cannot assist with that request.", 'content_filter'),
  refusal: (job: Job) => prose(job, "I'm sorry, but I cannot create that video."),
  empty: (job: Job) => prose(job, ''),
  availability: (job: Job) => prose(job, AVAILABILITY),
  text: (job: Job) => prose(job, 'Here is a poem about the sea instead of a film of it.'),
  'error-object': (job: Job) => {
    const write = createWriter(job)
    const nested = { error: { message: 'Something went wrong', code: 'sentinel_block' } }
    const message = `API request failed: 400 - ${JSON.stringify(nested, null, 2)}`
    const begun = { role: 'assistant', content: null, reasoning_content: 'Initializing...\n' }
    const error = { message, type: 'server_error', param: null, code: null }
    return stream([write(begun), PAUSE, frame({ error }), DONE], job)
  },
  'reasoning-only': (job: Job) => {
    const write = createWriter(job)
    const failed = '❌ 生成失败: Flow API request failed: HTTP Error 401\n'
    return stream([write({ reasoning_content: failed }), PAUSE, DONE], job)
  },
} as const satisfies Record<string, (job: Job) => Script>

const REQUEST_ID = '(request id: 2026112209003012345678901234567)'
const SATURATED = '当前分组上游负载已饱和，请稍后再试'
const GUARDRAIL = 'the prompt may violate our guardrails concerning similarity to'
const PAUSE = { progress: null }

function refuse(status: number, error: object): Script {
  return answer(status, 'application/json', JSON.stringify({ error }))
}

function prose(job: Job, content: string, finish: 'stop' | 'content_filter' = 'stop'): Script {
  const chunk = (delta: object, finish_reason: string | null) =>
    frameGo({
      id: `chatcmpl-${job.taskId.slice(5)}`,
      object: 'chat.completion.chunk',
      created: job.createdAt,
      model: job.model,
      choices: [{ index: 0, delta, finish_reason }],
    })
  const opening = chunk({ role: 'assistant', content: '' }, null)
  return stream([opening, PAUSE, chunk({ content }, null), chunk({}, finish), DONE], job)
}
