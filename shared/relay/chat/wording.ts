// Every wording by which relays refuse or fail, in one table. A new relay's phrase is one line here
// and one fixture. Matching is by substring in lower case with straight apostrophes: linear, blunt,
// and only ever tried on text that is already known to be the relay's and no result.

import type { FailureCode } from '../../video/failures.ts'

export interface Meaning {
  readonly code: FailureCode
  /** The relay did no work: nothing was begun, nothing is billed if it answered so at once. */
  readonly refused: boolean
}

interface Wording extends Meaning {
  /** Values of an error's `code`, whole; `*` at the start stands for any beginning. */
  readonly codes: readonly string[]
  /** Parts of an error's message. */
  readonly words: readonly string[]
  /** Parts of a sentence in a generation's text that mean the same without an error object. */
  readonly prose?: readonly string[]
  /** Parts of a line that a mark calls a failure. An error object that says so may come after the work. */
  readonly marked?: readonly string[]
}

const policyWords = [
  'guardrail',
  'content violation',
  'content_violation',
  'content polic',
  'content_policy',
  'moderation',
  'violates our',
  'violate our',
  'usage polic',
  'safety system',
  'unsafe',
  '违规',
  '敏感',
  '内容安全',
  '内容审核',
  '审核不通过',
  '审核未通过',
]
const apologies = ['cannot assist with that', "can't assist with that", "can't help with that"]
const poolWords = [
  'no available token',
  'no available account',
  'no available model',
  '没有可用的token',
  '无可用账号',
]

/** First match wins: the reason that was given goes before the status it was wrapped in. */
const wordings: readonly Wording[] = [
  {
    code: 'content_policy',
    refused: true,
    codes: [
      'moderation_blocked',
      'content_policy_violation',
      'content_policy',
      'content_filter',
      'content_violation',
      'sora_content_violation',
      'sensitive_words_detected',
      'prompt_blocked',
      'video_unsafe',
      'prompt_unsafe',
      'image_unsafe',
      '*_safety',
      '*safety_violation',
    ],
    words: [...policyWords, ...apologies, '_safety'],
    prose: [...policyWords, ...apologies],
  },
  {
    code: 'no_channel',
    refused: true,
    codes: [
      'model_not_found',
      'channel:no_available_key',
      'get_channel_failed',
      'no_available_channel',
      'no_available_token',
    ],
    words: ['无可用渠道', 'no available channel', ...poolWords],
    prose: [...poolWords, '无可用渠道', 'no available channel'],
  },
  {
    code: 'quota',
    refused: true,
    codes: [
      'insufficient_quota',
      'insufficient_user_quota',
      'pre_consume_token_quota_failed',
      'billing_hard_limit_reached',
      'insufficient_balance',
    ],
    words: [
      'quota is not enough',
      'insufficient quota',
      'insufficient balance',
      '额度不足',
      '余额不足',
      '额度已用尽',
    ],
  },
  {
    code: 'rate_limited',
    refused: true,
    codes: [
      'rate_limit_exceeded',
      'cf_shield_429',
      'too_many_concurrent_tasks',
      'too_many_requests',
    ],
    words: ['负载已饱和', 'rate limit', 'too many requests', 'too many concurrent'],
  },
  {
    code: 'upstream_unavailable',
    refused: true,
    codes: ['heavy_load', 'overloaded_error', 'server_overloaded'],
    words: ['heavy load', 'heavy_load'],
    marked: ['high load'],
  },
  {
    code: 'auth',
    refused: true,
    codes: ['invalid_api_key', 'access_denied', 'invalid_token'],
    words: ['无效的令牌', 'invalid api key', 'incorrect api key', '该令牌已过期', '令牌状态不可用'],
  },
  {
    code: 'stream_required',
    refused: true,
    codes: ['stream_required'],
    words: ['enable streaming'],
    prose: ['enable streaming'],
  },
  {
    code: 'upstream_error',
    refused: false,
    codes: ['generation_failed', 'sentinel_block', 'unsupported_country_code', 'empty_response'],
    words: [],
  },
  {
    code: 'gateway_timeout',
    refused: false,
    codes: ['timeout', 'request_timeout', 'gateway_timeout'],
    words: ['gateway time-out', 'gateway timeout', 'deadline exceeded'],
  },
]

/** Marks by which a line of prose says that the generation failed. */
const failureMarks = [
  '❌',
  '生成失败',
  '视频失败',
  '失败:',
  '失败：',
  '失败原因',
  '任务失败',
  '处理错误',
  'failure reason',
  'generation failed',
  'network fluctuations',
]
/** A line that begins so takes back what was said before, even a link. */
const takeBackMarks = [
  '❌',
  '生成失败',
  '生成视频失败',
  '视频生成失败',
  'generation failed',
  '处理错误',
]
/** What announces another try: progress may fall, and the failure before it was not the last word. */
const retryMarks = ['重试', 'retrying', 'retry attempt', 'generation process begins']

const queuedWords = ['排队', '队列', 'queu']
const runningWords = [
  '生成中',
  '开始生成',
  '正在生成',
  'generating',
  '(processing)',
  'generation process begins',
]

/** Signs that a text is about a generation, so that an end without a link is an empty result. */
const generationWords = ['video', '视频', '生成', 'generat', 'task', '任务', 'progress', '进度']
/** Signs of an answer that is about something else although it speaks of generating. */
const otherResultWords = ['character', 'cameo', '角色', 'avatar']
/** How an answer begins whose model declines in words of its own, perhaps behind an apology. */
const declineStarts = [
  'i cannot ',
  "i can't ",
  "i'm unable to",
  'i am unable to',
  "i'm not able to",
  '我无法',
  '我不能',
]
const apologyStarts = [
  "i'm sorry, but ",
  'i am sorry, but ',
  'sorry, but ',
  "i'm sorry, ",
  'sorry, ',
  '很抱歉，',
  '抱歉，',
  '对不起，',
]

function normalise(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('’') ? lower.replaceAll('’', "'") : lower
}

/** What an error's code and message mean, null when neither is known. */
export function findMeaning(code: string, message: string): Meaning | null {
  const lowerCode = normalise(code)
  const lowerMessage = normalise(message)
  return (
    wordings.find((wording) => wording.codes.some((known) => matchesCode(lowerCode, known))) ??
    wordings.find((wording) => includesOneOf(lowerMessage, wording.words)) ??
    null
  )
}

function matchesCode(code: string, known: string): boolean {
  return known.startsWith('*') ? code.endsWith(known.slice(1)) : code === known
}

export interface LineMeaning {
  /** null when the line is no failure. */
  readonly failure: FailureCode | null
  readonly takesBack: boolean
  readonly isRetry: boolean
}

/** What one line of the relay's prose says about how it goes. */
export function readLine(line: string): LineMeaning {
  const lower = normalise(line)
  const isRetry = includesOneOf(lower, retryMarks)
  const isMarked = includesOneOf(lower, failureMarks)
  // Without a mark only sentences count that mean nothing else; a marked line is read as an error's
  // message, but it is about the generation: the relay's own time-outs are no gateway's.
  const wording = wordings.find(
    (known) =>
      includesOneOf(lower, known.prose ?? []) ||
      (isMarked && known.refused && includesOneOf(lower, known.words)) ||
      (isMarked && includesOneOf(lower, known.marked ?? [])),
  )
  const failure = wording?.code ?? (isMarked ? 'upstream_error' : null)
  const start = withoutDecoration(lower)
  const takesBack =
    failure !== null && !isRetry && takeBackMarks.some((mark) => start.startsWith(mark))
  return { failure, takesBack, isRetry }
}

/** Quote marks, emphasis and spaces at the start of a line are layout. */
function withoutDecoration(line: string): string {
  let at = 0
  while (at < line.length && ' \t>*#-_'.includes(line.charAt(at))) at += 1
  return line.slice(at)
}

export function saysQueued(text: string): boolean {
  return includesOneOf(text.toLowerCase(), queuedWords)
}

export function saysRunning(text: string): boolean {
  return includesOneOf(text.toLowerCase(), runningWords)
}

/** Whether a text without a link was at least about making a video. */
export function isAboutGeneration(text: string): boolean {
  const lower = normalise(text)
  return (
    includesOneOf(lower, generationWords) &&
    !includesOneOf(lower, otherResultWords) &&
    !declines(lower)
  )
}

/** Only its beginning says so: a relay at work may add what it cannot do. */
function declines(lower: string): boolean {
  const start = withoutDecoration(lower)
  const apology = apologyStarts.find((words) => start.startsWith(words)) ?? ''
  return declineStarts.some((words) => start.startsWith(words, apology.length))
}

function includesOneOf(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word))
}
