// What a relay's words mean: concepts of one clause in pairs, any words between them. The first clause
// that gives a reason wins; a code is a clause without spaces. No rule knows a relay or a language.

import type { FailureCode } from '../../video/failures.ts'
import { listConcepts, type Concept } from './lexicon.ts'
import { opaqueCodes, statusCodes } from './words/numbers.ts'

export interface Reason {
  readonly code: FailureCode
  /** A reason, not only that something failed or that a request was bad. */
  readonly isSpecific: boolean
  /** It speaks of what came out, so work was done. */
  readonly isAfterWork: boolean
  /** Said as advice: what stands elsewhere goes before it. */
  readonly isAdvice?: true
}

type Has = (...concepts: readonly Concept[]) => boolean

interface Rule {
  readonly code: FailureCode
  readonly fits: (has: Has) => boolean
  readonly isGeneric?: true
}

const lacks = (has: Has): boolean => has('exhausted') || has('absent') || has('not', 'positive')
const isWrong = (has: Has): boolean => has('invalid') || has('required') || has('not', 'positive')
const isRefused = (has: Has): boolean => has('blocked') || has('banned')

/** The first rule that fits: account before busy before caller, and a failure of any kind last. */
const rules: readonly Rule[] = [
  {
    code: 'timeout',
    fits: (has) =>
      has('timeout') ||
      (has('unfinished') && (has('span') || has('time'))) ||
      (has('polling') && (has('exceeded') || has('exhausted'))),
  },
  {
    code: 'rate_limited',
    fits: (has) => has('pace') && (has('exceeded') || has('busy') || has('rate', 'money')),
  },
  {
    code: 'quota',
    fits: (has) =>
      has('money') &&
      !has('returned') &&
      (lacks(has) ||
        has('zero') ||
        has('exceeded') ||
        has('required') ||
        has('invalid') ||
        (has('failed') && !has('video'))),
  },
  { code: 'quota', fits: (has) => has('rate', 'exhausted') && !has('pool') && !has('exceeded') },
  {
    code: 'stream_required',
    fits: (has) =>
      has('stream') && (has('advice') || has('required') || has('positive') || has('invalid')),
  },
  {
    code: 'no_channel',
    fits: (has) =>
      (has('channel') && (has('absent') || has('positive', 'failed'))) ||
      (has('model') && (has('absent') || has('banned') || has('not', 'offered'))),
  },
  { code: 'upstream_unavailable', fits: (has) => has('pool', 'absent') },
  {
    code: 'rate_limited',
    fits: (has) =>
      has('throttled') ||
      (has('rate', 'exceeded') && !has('input', 'invalid') && !has('input', 'measure')),
  },
  {
    code: 'upstream_error',
    fits: (has) => has('gate') && (isRefused(has) || isWrong(has) || has('failed')),
  },
  {
    code: 'auth',
    fits: (has) =>
      (has('key') && (isWrong(has) || isRefused(has) || has('absent') || has('failed'))) ||
      (has('access') && (isRefused(has) || has('not', 'positive') || has('absent'))),
  },
  {
    code: 'content_policy',
    fits: (has) =>
      has('policy') ||
      has('content', 'blocked') ||
      (has('declining') && (has('not') || has('failed'))),
  },
  {
    code: 'invalid_request',
    fits: (has) => has('given') && (has('failed') || has('absent') || isWrong(has)),
  },
  {
    code: 'upstream_error',
    fits: (has) => has('session') && (has('absent') || has('failed') || isWrong(has)),
  },
  { code: 'upstream_unavailable', fits: (has) => has('pool') && (lacks(has) || has('busy')) },
  { code: 'upstream_error', fits: (has) => has('network', 'failed') },
  {
    code: 'upstream_unavailable',
    fits: (has) => has('busy') || (has('server') && (has('exceeded') || has('absent'))),
  },
  { code: 'invalid_request', fits: (has) => has('input') && (isWrong(has) || has('exceeded')) },
  { code: 'timeout', fits: (has) => has('time', 'exceeded') },
  { code: 'quota', fits: (has) => has('topUp') && has('money'), isGeneric: true },
  { code: 'rate_limited', fits: (has) => has('exceeded') && !has('video'), isGeneric: true },
  { code: 'invalid_request', fits: (has) => has('request') && isWrong(has), isGeneric: true },
  { code: 'upstream_error', fits: (has) => has('failed') || has('blocked'), isGeneric: true },
]

function readClause(text: string): Reason | null {
  const concepts = listConcepts(text)
  if (concepts.size === 0 || concepts.has('condition')) return null
  const has: Has = (...all) => all.every((concept) => concepts.has(concept))
  const rule = rules.find(({ fits }) => fits(has))
  if (rule === undefined) return null
  const isAfterWork = /\b(?:output|generated)|输出|生成的|結果|생성된/.test(text)
  const reason = { code: rule.code, isSpecific: rule.isGeneric !== true, isAfterWork }
  return has('advice') || has('topUp') ? { ...reason, isAdvice: true } : reason
}

/** A full stop ends a clause only in front of a space: names and numbers have dots, too. */
const clauseEnd = /[!?;。！？；\n,，、(（)）]|\.(?=\s|$)|\s[–—]\s/
/** A reason stands at the beginning; what is longer is a payload. */
const LONGEST = 4096

/** Without addresses and paths. What stands in brackets is a clause of its own and interrupts none. */
function splitClauses(text: string): readonly string[] {
  const inner: string[] = []
  const outer = text
    .replace(/https?:\/\/\S+|(?<![\w.@:-])[\w.@:-]*\/[\w.@:-]+\/[\w.@:/-]*/g, ' ')
    .replace(/[(（]([^()（）]{1,200})[)）]/g, (_all, words: string) => {
      inner.push(words)
      return ' '
    })
  return [outer, ...inner].flatMap((part) => part.split(clauseEnd))
}

/** null when a text says nothing about a failure. */
export function readWords(text: string): Reason | null {
  let advised: Reason | null = null
  /** That an account is closed: why may follow. */
  let closed: Reason | null = null
  let generic: Reason | null = null
  for (const part of splitClauses(text.slice(0, LONGEST))) {
    const found = readClause(part)
    if (found === null) continue
    if (!found.isSpecific) generic ??= found
    else if (found.isAdvice) advised ??= found
    else if (closed !== null || found.code === 'auth') {
      if (found.code === 'quota') return found
      closed ??= found
    } else return found
  }
  return closed ?? advised ?? generic
}

/** `OutputVideoSensitiveContentDetected`, `RATE_LIMIT`, `Arrearage.Account`, `1008`, `400`. */
export function readCode(code: string): Reason | null {
  if (/^-?\d+$/.test(code)) {
    const known = opaqueCodes.get(Number(code))
    return known === undefined ? null : { code: known, isSpecific: true, isAfterWork: false }
  }
  const status = /(?:^|_)([45]\d\d)(?:_|$)/.exec(code)
  if (status !== null) return readStatus(Number(status[1]))
  const words = code
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[.:/]/g, ' ')
  return readClause(words)
}

/** A status that a text quotes: `400: …`, `status code 429`, `HTTP Error 401`, `request failed: 400 -`. */
export function readQuotedStatus(text: string): number | null {
  const head = text.slice(0, LONGEST)
  const found =
    /^\W{0,3}([45]\d\d)(?=\s?[:：-]|\s[A-Z])/.exec(head) ??
    /(?:status|code|http|error|response|failed|returned|状态码|错误码|返回|ошибка|fehler)\W{0,3}(?:code|error|status)?[\s:：=(]{0,3}([45]\d\d)(?!\d)/i.exec(
      head,
    )
  return found === null ? null : Number(found[1])
}

export function readStatus(status: number): Reason | null {
  const code = statusCodes.get(status)
  return code === undefined ? null : { code, isSpecific: status < 500, isAfterWork: false }
}

const order: readonly (readonly FailureCode[])[] = [
  ['timeout', 'gateway_timeout'],
  ['quota', 'auth'],
  ['no_channel', 'rate_limited', 'upstream_unavailable'],
  ['stream_required'],
  ['content_policy'],
  ['invalid_request'],
]

/** Lower is cheaper when wrong: unknown, account, busy, caller (what says more first), failed. */
export function rankOf(code: FailureCode): number {
  const found = order.findIndex((group) => group.includes(code))
  return found === -1 ? order.length : found
}

/** Of what is equally certain: the cheaper when wrong, the first of its kind. */
export function choose(reasons: readonly (Reason | null)[]): Reason | null {
  let best: Reason | null = null
  for (const reason of reasons) {
    if (reason !== null && (best === null || rankOf(reason.code) < rankOf(best.code))) best = reason
  }
  return best
}
