// D4, "flow2api" (Veo): everything but the result in `reasoning_content`; ids count seconds and the
// link is a signed one without extension.

import type { Job } from '../job.ts'
import { DONE, framePython, reportProgress, type Frame } from './frame.ts'

export function* speak(job: Job): Iterable<Frame> {
  const say = (reasoning_content: string) => framePython(chunk(job, { reasoning_content }, null))
  const begun = { role: 'assistant', reasoning_content: '✨ 视频生成任务已启动\n' }
  yield framePython(chunk(job, begun, null))
  yield say('初始化生成环境...\n')
  yield say('提交视频生成任务...\n')
  yield { progress: null }
  yield* reportProgress(job.progress, (percent) => say(`生成进度: ${percent}%\n`))
  yield say('缓存已关闭,正在返回源链接...\n')
  const player = `<video src='${job.videoUrl}' controls style='max-width:100%'></video>`
  yield framePython(chunk(job, { content: player }, 'stop'))
  yield framePython({ ...chunk(job, {}, null), choices: [], usage: USAGE })
  yield DONE
}

/** The upstream refused; the relay between dropped the error and its end reason. */
export function* speakFailure(job: Job): Iterable<Frame> {
  const begun = { role: 'assistant', reasoning_content: '✨ 视频生成任务已启动\n' }
  const failed =
    '❌ 生成失败: Flow API request failed: HTTP Error 401: Request had invalid authentication ' +
    'credentials. See https://developers.google.com/identity/sign-in/web/devconsole-project.\n'
  yield framePython(chunk(job, begun, null))
  yield { progress: null }
  yield framePython(chunk(job, { reasoning_content: failed }, null))
  yield framePython({ ...chunk(job, {}, null), choices: [], usage: USAGE })
  yield DONE
}

const USAGE = { prompt_tokens: 18, completion_tokens: 329, total_tokens: 347 }

function chunk(job: Job, delta: object, finish: 'stop' | null) {
  return {
    id: `chatcmpl-${job.createdAt}`,
    object: 'chat.completion.chunk',
    created: job.createdAt,
    model: 'flow2api',
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}
