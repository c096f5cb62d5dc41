// What numbers mean: the shapes that say something in any language, and vendors' own codes, from their published lists
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

/** What is said by a number rather than a word, in any language. */
export const numberShapes = {
  /** `$0.50`, `0.30元` */
  money: /[$€£¥￥₽₫₩₹]\s?\d|\d\s?(?:usd|eur|cny|rmb|元|円|₽|₫|원)(?!\w)/,
  /** `balance: 0.00` */
  zero: /(?:^|[^\d.,])0(?:[.,]0+)?(?![\d.,%]*\d|%)/,
  /** `3/3` */
  exceeded: /(?<![\d.])(\d{1,6})\s?\/\s?\1(?![\d.])/,
  /** `15 minutes` */
  span: /\d\s?(?:s|secs?|seconds?|mins?|minutes?|h|hours?|сек\w*|мин\w*|час\w*|phút|giây|giờ|segundos?|minutos?|horas?|sekunden?|minuten?|stunden?|secondes?|heures?|dakika|saniye|saat|detik|menit|jam)(?!\p{L})|\d\s?(?:秒|分|小时|時間|초|시간)/u,
} as const satisfies Record<string, RegExp>
