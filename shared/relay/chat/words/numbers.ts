// What numbers mean that say nothing by themselves: vendors' own codes, from their published lists
// (MiniMax, Kling, Zhipu, kie, as Baidu's video page repeats them). Words that stand beside win.

import type { FailureCode } from '../../../video/failures.ts'

export const opaqueCodes: ReadonlyMap<number, FailureCode> = new Map([
  [433, 'quota'],
  [455, 'upstream_unavailable'],
  [1001, 'timeout'],
  [1002, 'rate_limited'],
  [1004, 'auth'],
  [1008, 'quota'],
  [1026, 'content_policy'],
  [1027, 'content_policy'],
  [1039, 'rate_limited'],
  [1101, 'quota'],
  [1102, 'quota'],
  [1103, 'auth'],
  [1113, 'quota'],
  [1200, 'invalid_request'],
  [1201, 'invalid_request'],
  [1301, 'content_policy'],
  [1302, 'rate_limited'],
  [1303, 'rate_limited'],
  [2013, 'invalid_request'],
  [2049, 'auth'],
  [5001, 'upstream_unavailable'],
  [5002, 'timeout'],
])

/** What HTTP statuses mean wherever they are quoted. */
export const statusCodes: ReadonlyMap<number, FailureCode> = new Map([
  [400, 'invalid_request'],
  [401, 'auth'],
  [402, 'quota'],
  [403, 'auth'],
  [404, 'upstream_error'],
  [405, 'upstream_error'],
  [408, 'gateway_timeout'],
  [413, 'invalid_request'],
  [414, 'invalid_request'],
  [415, 'invalid_request'],
  [422, 'invalid_request'],
  [429, 'rate_limited'],
  [451, 'content_policy'],
  [503, 'upstream_unavailable'],
  [504, 'gateway_timeout'],
  [522, 'gateway_timeout'],
  [524, 'gateway_timeout'],
  [529, 'upstream_unavailable'],
])
