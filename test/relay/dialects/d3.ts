// D3, "sora2api" and its forks: progress in `reasoning_content`, the result as an HTML player in the
// same chunk as `finish_reason: "STOP"`, a new id in every chunk, Python's way of writing JSON.

import type { Job } from '../job.ts'
import { DONE, framePython, reportProgress, type Frame } from './frame.ts'

const HEARTBEAT = ': heartbeat\n\n'
const BEGIN = '**Generation Process Begins**\n\nInitializing generation request...\n'

export function* speak(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  yield write({ role: 'assistant', content: null, reasoning_content: BEGIN })
  yield { progress: null }
  yield* reportProgress(job.progress, (percent) => write(reason(progressLine(percent))))
  yield write(reason('**Video Generation Completed**\n\nPreparing video...\n'))
  yield write(player(job), 'STOP')
  yield DONE
}

/** The first attempt fails inside the relay; that is not the end. */
export function* speakWithRetry(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  yield write({ role: 'assistant', content: null, reasoning_content: BEGIN })
  yield* reportProgress(job.progress.slice(0, 2), (percent) => write(reason(progressLine(percent))))
  yield write(reason('**生成失败，正在重试**\n\n第 1 次重试（共 2 次）...\n\n'))
  yield* reportProgress(job.progress, (percent) => write(reason(progressLine(percent))))
  yield write(player(job), 'STOP')
  yield DONE
}

/** D3b: fractions in `delta.progress`, an early watermarked link in `output`, comments after all. */
export function* speakOutput(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  const marked = job.videoUrl.replace('.mp4', '-watermarked.mp4')
  const wm = { stage: 'start', attempt: 1, can_cancel: true, task_id: job.taskId }
  const output = (url: string, watermark_free: boolean) => [
    { url, type: 'video', task_id: job.taskId, watermark_free },
  ]
  yield write({ role: 'assistant', content: null, reasoning_content: BEGIN }) + HEARTBEAT
  yield* reportProgress(
    job.progress,
    (percent) => write({ ...reason(progressLine(percent)), progress: percent / 100 }) + HEARTBEAT,
  )
  yield write({ ...reason('Watermark-free pending\n'), wm, output: output(marked, false) })
  yield { progress: null }
  const ready = { ...wm, stage: 'ready', can_cancel: false }
  yield write({ ...reason('Done\n'), wm: ready, output: output(job.videoUrl, true) }) + HEARTBEAT
  yield write({ ...player(job), output: output(job.videoUrl, true) }, 'STOP') + HEARTBEAT
  yield DONE + HEARTBEAT
}

/** D3c: reasoning is an object and the content is a JSON text. */
export function* speakObjects(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  const stage = (status: string, rest: object) => ({
    content: null,
    reasoning_content: { stage: 'generation', status, ...rest, timestamp: job.createdAt },
  })
  yield write({ role: 'assistant', ...stage('started', { message: 'Initializing...' }) })
  yield* reportProgress(job.progress, (progress) =>
    write(stage('processing', { progress, message: `Video generation progress: ${progress}%` })),
  )
  const url = job.videoUrl
  const content = JSON.stringify({ type: 'video', url, data: [{ url, revised_prompt: null }] })
  yield write({ content, reasoning_content: null }, 'STOP')
  yield DONE
}

/** D3c later: the number twice in one line of text. */
export function* speakNumberTwice(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  yield write({ role: 'assistant', ...reason('[generation] (started) Initializing...\n') })
  yield* reportProgress(job.progress, (percent) =>
    write(reason(`[generation] (processing) ${percent}% Video generation progress: ${percent}%\n`)),
  )
  const content = JSON.stringify({ type: 'video', url: job.videoUrl })
  yield write({ content, reasoning_content: null }, 'STOP')
  yield DONE
}

/** D3b's documented form: a cheerful line that is not the end, then nothing but the link. */
export function* speakBareUrl(job: Job): Iterable<Frame> {
  const write = createWriter(job)
  yield write({ role: 'assistant', content: '🎬 开始生成视频...\n' })
  yield* reportProgress(job.progress, (percent) => write({ content: `进度: ${percent}%\n` }))
  yield write({ content: '✅ 视频生成完成\n' })
  yield { progress: null }
  yield write({ content: job.videoUrl }, 'STOP')
  yield DONE
}

/** The smallest fork: no text at all, the link in `output`, and no `[DONE]`. */
export function* speakMinimal(job: Job): Iterable<Frame> {
  yield minimal({ output: [{ task_id: job.taskId }] })
  for (const _ of job.progress) {
    yield minimal({ content: null })
    yield { progress: null }
  }
  yield minimal({ output: [{ task_id: job.taskId, type: 'video', url: job.videoUrl }] })
}

/** What D3 says to a request that does not stream: it generates nothing. */
export const AVAILABILITY =
  'All tokens available for video generation. Please enable streaming to use the generation feature.'

/** Writes chunks whose ids count milliseconds, as the original does. */
export function createWriter(job: Job): (delta: object, finish?: 'STOP') => string {
  let written = 0
  return (delta, finish) => {
    const at = job.createdAt * 1000 + 616 + written * 30_000
    written += 1
    const reasonToFinish = finish ?? null
    return framePython({
      id: `chatcmpl-${at}`,
      object: 'chat.completion.chunk',
      created: Math.floor(at / 1000),
      model: 'sora',
      choices: [
        {
          index: 0,
          delta: { ...delta, tool_calls: null },
          finish_reason: reasonToFinish,
          native_finish_reason: reasonToFinish,
        },
      ],
      usage: finish ? { prompt_tokens: 0, completion_tokens: 1, total_tokens: 1 } : NO_USAGE,
    })
  }
}

const minimal = (delta: object) => framePython({ choices: [{ delta }] })
const NO_USAGE = { prompt_tokens: 0 }
const reason = (text: string) => ({ content: null, reasoning_content: text })
const progressLine = (percent: number) =>
  `\n**Video Generation Progress**: ${percent}% (${percent === 0 ? 'queued' : 'processing'})\n`
const player = (job: Job) => ({
  content: `\`\`\`html\n<video src='${job.videoUrl}' controls></video>\n\`\`\``,
  reasoning_content: null,
})
