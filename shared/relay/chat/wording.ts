// Everything relays are known to say, in tables, by what it is about. A new relay's phrase is one line
// here and one recording. Words are matched by substring in lower case with straight apostrophes:
// linear, blunt, and only ever tried on text that is already known to be the relay's and no result.

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
export const wordings: readonly Wording[] = [
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
export const failureMarks = [
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
export const takeBackMarks = [
  '❌',
  '生成失败',
  '生成视频失败',
  '视频生成失败',
  'generation failed',
  '处理错误',
]
/** What announces another try: progress may fall, and the failure before it was not the last word. */
export const retryMarks = ['重试', 'retrying', 'retry attempt', 'generation process begins']

export const queuedWords = ['排队', '队列', 'queu']
export const runningWords = [
  '生成中',
  '开始生成',
  '正在生成',
  'generating',
  '(processing)',
  'generation process begins',
]

/** Signs that a text is about a generation, so that an end without a link is an empty result. */
export const generationWords = [
  'video',
  '视频',
  '生成',
  'generat',
  'task',
  '任务',
  'progress',
  '进度',
]
/** Signs of an answer that is about something else although it speaks of generating. */
export const otherResultWords = ['character', 'cameo', '角色', 'avatar']
/** How an answer begins whose model declines in words of its own, perhaps behind an apology. */
export const declineStarts = [
  'i cannot ',
  "i can't ",
  "i'm unable to",
  'i am unable to',
  "i'm not able to",
  '我无法',
  '我不能',
]
export const apologyStarts = [
  "i'm sorry, but ",
  'i am sorry, but ',
  'sorry, but ',
  "i'm sorry, ",
  'sorry, ',
  '很抱歉，',
  '抱歉，',
  '对不起，',
]

/** Signs of a gateway's page about a time-out, with status 200 in place of an answer. */
export const timeoutWords = ['time-out', 'timeout', 'timed out', '504', '522', '524']

/** What stands in front of a percentage. */
export const progressLabels = ['进度', 'progress', '已生成']

/** What stands in front of a task's id; `sid` and `post id` name something else. */
export const taskLabels = ['task id', '任务id', '> id', '>id', '\nid']
/** How a task's id begins when it says itself what it is. */
export const taskPrefix = 'task_'
/** What a task's document calls its state; any other one is still running. */
export const failedStates = new Set(['failed', 'failure', 'error', 'cancelled', 'canceled'])
export const finishedStates = new Set(['completed', 'complete', 'succeeded', 'success', 'done'])

/** Labels of the link to the video. */
export const playLabels = [
  '点击这里',
  '在线播放',
  '在线观看',
  '播放',
  '观看',
  '查看视频',
  'play',
  'watch',
  'click here',
  'view video',
]
export const downloadLabels = ['下载', 'download']
/** Labels of links that describe the task or show a still. */
export const otherLabels = [
  '预览',
  '原始数据',
  'preview',
  'raw data',
  '缩略图',
  'thumbnail',
  '封面',
  'cover',
]
/** Signs that the line in front of a link is about what went wrong: it leads to help, not to a video. */
export const errorWords = ['❌', '失败', '错误', 'error', 'failed']

/** Keys by which a JSON at the start is known for an echo of the request. */
export const echoKeys = ['prompt', 'user_prompt', 'orientation', 'mode']
/** Keys that make the same JSON a result. */
export const resultKeys = ['url', 'video_url', 'type', 'error', 'output']
