// How relays say no ahead of any work: an error document with a status. None of them is billed, but
// only some say clearly that nothing was begun.

import { answer, type Script } from './script.ts'

export const refusals = {
  auth: () => refuse(401, { message: `无效的令牌 ${REQUEST_ID}`, type: 'new_api_error' }),
  quota: () =>
    refuse(403, {
      message: `user quota is not enough ${REQUEST_ID}`,
      type: 'v_api_error',
      param: '',
      code: 'insufficient_user_quota',
    }),
  'key-quota': () =>
    refuse(403, {
      message: `token quota is not enough ${REQUEST_ID}`,
      type: 'new_api_error',
      param: '',
      code: 'pre_consume_token_quota_failed',
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
  /** The upstream's own status stands in `param`; the relay made a 429 of it. */
  'masked-404': () =>
    refuse(429, {
      message: SATURATED,
      type: 'upstream_error',
      param: '404',
      code: 'bad_response_status_code',
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

const REQUEST_ID = '(request id: 2026112209003012345678901234567)'
const SATURATED = '当前分组上游负载已饱和，请稍后再试'
function refuse(status: number, error: object): Script {
  return answer(status, 'application/json', JSON.stringify({ error }))
}
