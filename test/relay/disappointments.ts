// A 200, a stream that runs, and no video at its end. The relay bills most of these, which is what
// makes them interesting.

import { AVAILABILITY, createWriter } from './dialects/d3.ts'
import { DONE, frame, frameGo, type Frame } from './dialects/frame.ts'
import type { Job } from './job.ts'
import { stream } from './scenario.ts'
import type { Script } from './script.ts'

const PAUSE: Frame = { progress: null }
const BEGUN = { role: 'assistant', content: null, reasoning_content: 'Initializing...\n' }
const GUARDRAIL =
  'We’re so sorry, but the prompt may violate our guardrails concerning similarity to third-party content.'

export const disappointments = {
  guardrail: (job: Job) => sayProse(job, `> ❌ 视频生成失败: ${GUARDRAIL}\n\n`),
  'content-filter': (job: Job) =>
    sayProse(job, "I'm sorry, but I cannot assist with that request.", 'content_filter'),
  refusal: (job: Job) => sayProse(job, "I'm sorry, but I cannot create that video."),
  empty: (job: Job) => sayProse(job, ''),
  availability: (job: Job) => sayProse(job, AVAILABILITY),
  text: (job: Job) => sayProse(job, 'Here is a poem about the sea instead of a film of it.'),
  /** Failed without a reason, in the relay's own words. */
  'failed-none': (job: Job) => sayProse(job, '❌ 生成失败: None'),
  'processing-error': (job: Job) => sayProse(job, '处理错误: 视频生成超时', 'error'),
  'heavy-load-text': (job: Job) =>
    sayProse(job, '❌ Failure reason: We are currently under heavy load, please try again later.'),
  /** A character was made, not a video. */
  character: (job: Job) => {
    const card = { username: 'reelay.cat', display_name: 'Cat', cameo_id: 'ch_0123456789abcdef' }
    return sayProse(job, `${JSON.stringify(card)}\n\nCharacter created: @reelay.cat`)
  },
  'json-error': (job: Job) => {
    const error = { type: 'error', error: { message: 'Generation failed', code: 'failed' } }
    return sayProse(job, JSON.stringify(error))
  },
  'error-object': (job: Job) => {
    const nested = { error: { message: 'Something went wrong', code: 'sentinel_block' } }
    const message = `API request failed: 400 - ${JSON.stringify(nested, null, 2)}`
    const error = { message, type: 'server_error', param: null, code: null }
    return begin(job, [frame({ error }), DONE])
  },
  /** The layer between dropped the error and ended the stream as if nothing had happened. */
  'swallowed-error': (job: Job) => begin(job, [DONE]),
  /** A re-serialised error object: a chunk whose choices are null. */
  'null-choices': (job: Job) =>
    begin(job, [frame({ id: '', object: '', created: 0, model: '', choices: null }), DONE]),
  /** The end of the stream as characters: backslash and n, not line breaks. */
  'literal-done': (job: Job) => {
    const error = { message: 'Cloudflare challenge', type: 'server_error', param: null, code: null }
    return begin(job, [frame({ error }), 'data: [DONE]\\n\\n'])
  },
  'reasoning-only': (job: Job) => {
    const write = createWriter(job)
    const failed = '❌ 生成失败: Flow API request failed: HTTP Error 401\n'
    return stream([write({ reasoning_content: failed }), PAUSE, DONE], job)
  },
  /** An exception inside the relay: the stream stops, regularly closed, without a word. */
  'silent-stop': (job: Job) => begin(job, []),
} as const satisfies Record<string, (job: Job) => Script>

function begin(job: Job, rest: readonly Frame[]): Script {
  return stream([createWriter(job)(BEGUN), PAUSE, ...rest], job)
}

function sayProse(
  job: Job,
  content: string,
  finish: 'stop' | 'content_filter' | 'error' = 'stop',
): Script {
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
