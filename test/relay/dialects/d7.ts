// D7, "jimeng-free-api": dots instead of numbers, the result as a Markdown picture in choice 1, the
// end in choice 2. After a while it says "stop" although the video may still come.

import type { Job } from '../job.ts'
import { DONE, frame, type Frame } from './frame.ts'

const PORTAL = 'https://jimeng.jianying.com/ai-tool/video/generate'

export const speak = (job: Job) => speakJimeng(job, false)
export const speakEarlyStop = (job: Job) => speakJimeng(job, true)

function* speakJimeng(job: Job, early: boolean): Iterable<Frame> {
  const say = (index: number, content: string, finish: 'stop' | null = null) =>
    frame({
      id: job.taskId,
      model: job.model,
      object: 'chat.completion.chunk',
      choices: [{ index, delta: { role: 'assistant', content }, finish_reason: finish }],
    })
  yield say(0, '🎬 视频生成中，请稍候...\n这可能需要1-2分钟，请耐心等待')
  for (const _ of job.progress) {
    yield { progress: null }
    yield say(0, '.')
  }
  if (early) {
    const wait =
      '\n\n视频生成时间较长（已等待2分钟），但视频可能仍在生成中。\n\n请前往即梦官网查看：\n'
    yield say(1, `${wait}1. 访问 ${PORTAL}\n`, 'stop')
    yield { progress: null }
  }
  const url = job.videoUrl
  const hint = '您可以：\n1. 直接查看上方视频\n2. 使用以下链接下载或分享：'
  yield say(1, `\n\n✅ 视频生成完成！\n\n![video](${url})\n\n${hint}${url}`)
  yield say(2, '', 'stop')
  yield DONE
}
