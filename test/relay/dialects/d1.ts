// D1, "gptbest": the dialect of the reference relay. Prose in `delta.content`: a prompt echo token
// by token, a task line, dots, bare numbers, then a preview picture and the link.

import type { Job } from '../job.ts'
import { DONE, frame, reportProgress, type Frame } from './frame.ts'

interface Wording {
  /** Runs into one line on some sites, and ends lines with two spaces. */
  readonly lineEnd: string
  readonly task: (job: Job) => string
  readonly queued: string
  readonly running: string
  readonly progress: string
  readonly finished: (sid: string) => string
  readonly play: string
}

const chinese: Wording = {
  lineEnd: '\n',
  task: (job) =>
    `> ID: \`${job.taskId}\`\n>[数据预览](${job.pageUrl}) | [原始数据](${job.statusUrl})`,
  queued: '> 排队中',
  running: '\n> 生成中',
  progress: '>🏃 进度',
  finished: (sid) => `> 生成完成 ✅\n> sid: ${sid}`,
  play: '在线播放▶️',
}

const english: Wording = {
  lineEnd: '\n',
  task: (job) =>
    `> ID: \`${job.taskId}\`\n>[Data Preview](${job.pageUrl}) | [Raw Data](${job.statusUrl})`,
  queued: '> Queuing',
  running: '\n> Generating',
  progress: '> 🏃 Progress',
  finished: (sid) => `> Generating Complete ✅\n> sid: ${sid}`,
  play: 'Online Play▶️',
}

const dmx: Wording = {
  ...chinese,
  lineEnd: '  \n',
  progress: '> 🏃 进度',
  finished: (sid) => `> 生成完成 ✅  \n> sid: \`${sid}\``,
}

export const speakChinese = (job: Job) => speak(job, chinese)
export const speakEnglish = (job: Job) => speak(job, english)
export const speakDmx = (job: Job) => speak(job, dmx)

function* speak(job: Job, wording: Wording): Iterable<Frame> {
  const say = (content: string) => frame(chunk(job, { content }, null))
  yield frame(chunk(job, { role: 'assistant', content: '' }, null))
  for (const token of tokens(echo(job))) yield say(token)
  yield frame(chunk(job, {}, null))
  yield say(`\n\n${wording.task(job)}${wording.lineEnd}${wording.queued}`)
  yield { progress: null }
  yield say('.')
  yield { progress: null }
  yield say(wording.running)
  yield say('.')
  yield* reportProgress(job.progress, (percent, index) =>
    say(index === 0 ? `\n\n${wording.progress} ${percent}..` : `${percent}..`),
  )
  const sid = `s_${job.taskId.slice(-24)}00000000`
  yield say(
    `\n\n${wording.finished(sid)}\n\n![${job.previewUrl}](${job.previewUrl})\n` +
      `[${wording.play}](${job.videoUrl})`,
  )
  yield frame(chunk(job, {}, 'stop'))
  yield DONE
}

/** Veo on the same server: another task line, no numbers, and a download link beside the player. */
export function* speakVeo(job: Job): Iterable<Frame> {
  const say = (content: string) => frame(chunk(job, { content }, null))
  const id = `veo3-pro:${job.taskId.slice(-24)}`
  yield frame(chunk(job, { role: 'assistant', content: '' }, null))
  yield say(`> 任务ID: \`${id}\`\n> 为了防止任务中断，可以从以下链接持续获取任务进度：\n`)
  yield say(`>[数据预览](${job.pageUrl}) | [原始数据](${job.statusUrl})\n\n> 生成中`)
  for (const _ of job.progress) {
    yield { progress: null }
    yield say('.')
  }
  const download = job.videoUrl.replace('/files/', '/files/download/')
  yield say(
    `\n\n> 🎉 高质量视频已生成\n\n[▶️ 在线观看](${job.videoUrl}) | [⏬ 下载视频](${download})\n\n`,
  )
  yield frame(chunk(job, {}, 'stop'))
  yield DONE
}

/** Ends after the task line: the work goes on and only the status document will say so. */
export function* speakTaskOnly(job: Job): Iterable<Frame> {
  const text =
    `I'll help you generate a video.\n\n${chinese.task(job)}\n\nThe task is now being processed. ` +
    '**Estimated completion time**: 2-5 minutes'
  yield frame(chunk(job, { content: text }, null))
  yield DONE
}

function chunk(job: Job, delta: object, finish: 'stop' | null) {
  return {
    id: `chatcmpl-${job.taskId.slice(5)}`,
    object: 'chat.completion.chunk',
    created: job.createdAt,
    model: job.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}

/** The relay's own model repeats the request as JSON; its numbers are not progress. */
function echo(job: Job): string {
  const request = { prompt: job.prompt, orientation: job.orientation, duration: job.seconds }
  return `\`\`\`json\n${JSON.stringify(request, null, 2)}\n\`\`\``
}

/** Runs of letters, of digits or of anything else, at most four characters: like a tokenizer. */
function tokens(text: string): string[] {
  return text.match(/[0-9]{1,3}|\p{L}{1,4}|[^0-9\p{L}]{1,4}/gu) ?? []
}
