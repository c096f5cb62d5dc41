// D5, "grok2api": progress inside `<think>` in the content. The first version writes backslash-n as
// two characters and counts choices up; later ones differ in the player, or leave it away.

import type { Job } from '../job.ts'
import { DONE, frame, reportProgress, type Frame } from './frame.ts'

export function* speakFirst(job: Job): Iterable<Frame> {
  let index = 0
  const write = (delta: object, finish: 'stop' | null = null) => {
    const text = frame(chunk(job, index, delta, finish))
    index += 1
    return text
  }
  const say = (content: string) => write({ role: 'assistant', content })
  yield* reportProgress(job.progress, (percent, step) =>
    say(`${step === 0 ? '<think>' : ''}视频已生成${percent}%\\n`),
  )
  yield say('视频已生成100%</think>\\n')
  const size = 'controls="controls" width="500" height="300"'
  yield say(`<video src="${escapeHtml(job.videoUrl)}" ${size}></video>\\n`)
  yield write({}, 'stop')
  yield DONE
}

export const speakSecond = (job: Job) =>
  speakLater(job, [
    `<video id="video" controls="" preload="none" poster="${escapeHtml(job.previewUrl)}">\n`,
    `  <source id="mp4" src="${escapeHtml(job.videoUrl)}" type="video/mp4">\n</video>\n`,
  ])

export const speakBareUrl = (job: Job) => speakLater(job, [job.videoUrl])

/** Without a public address the relay gives a link that only makes sense against its own. */
export const speakRelative = (job: Job) => {
  const { pathname, search } = new URL(job.videoUrl)
  return speakLater(job, [`<video controls src="${escapeHtml(pathname + search)}"></video>`])
}

function* speakLater(job: Job, result: readonly string[]): Iterable<Frame> {
  const say = (content: string) => frame(chunk(job, 0, { content }, null))
  yield frame(chunk(job, 0, { role: 'assistant', content: '' }, null))
  yield say('<think>\n')
  yield* reportProgress(job.progress, (percent) => say(`正在生成视频中，当前进度${percent}%\n`))
  yield say('</think>\n')
  for (const part of result) yield say(part)
  yield frame(chunk(job, 0, {}, 'stop'))
  yield DONE
}

const escapeHtml = (url: string) => url.replaceAll('&', '&amp;')

function chunk(job: Job, index: number, delta: object, finish: 'stop' | null) {
  return {
    id: `chatcmpl-${job.taskId.slice(5)}`,
    object: 'chat.completion.chunk',
    created: job.createdAt,
    model: job.model,
    system_fingerprint: null,
    choices: [{ index, delta, finish_reason: finish }],
  }
}
