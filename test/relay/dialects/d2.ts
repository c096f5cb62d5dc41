// D2, "foaicmpl": the echo in one chunk, decimals behind a full-width colon, one sentence with the
// link. Ids are empty and `>` is escaped, as Go writes it.

import type { Job } from '../job.ts'
import { DONE, frame, frameGo, reportProgress, type Frame } from './frame.ts'

export function* speakChinese(job: Job): Iterable<Frame> {
  const say = (content: string) => frameGo(chunk(job, { content }, null))
  yield frameGo(chunk(job, { role: 'assistant' }, null))
  const mode = job.orientation === 'portrait' ? '竖屏模式' : '横屏模式'
  const echo = JSON.stringify({ prompt: job.prompt, mode }, null, 4)
  yield say(`\`\`\`json\n${echo}\n\`\`\`\n\n`)
  yield say('> ⌛️ 任务正在队列中，请耐心等待...\n\n')
  yield { progress: null }
  yield* reportProgress(job.progress, (percent) => say(`> 🏃 进度：${percent.toFixed(1)}%\n\n`))
  yield say(`> ✅ 视频生成成功，[点击这里](${job.videoUrl}) 查看视频~~~\n\n`)
  yield frameGo({ ...chunk(job, {}, 'stop'), usage: USAGE })
  yield DONE
}

/** The English build calls its chunks `chat.completion` and still sends a delta. */
export function* speakEnglish(job: Job): Iterable<Frame> {
  const object = 'chat.completion'
  const say = (content: string) => frame({ ...chunk(job, { content }, null), object })
  yield frame({ ...chunk(job, { role: 'assistant' }, null), object })
  yield* reportProgress(job.progress, (percent) => say(`> 🏃 Progress: ${percent.toFixed(1)}%\n\n`))
  yield say(`> ✅ video generated successfully,[click here](${job.videoUrl}) to view~~~\n\n`)
  yield frame({ ...chunk(job, {}, 'stop'), object })
  yield DONE
}

const USAGE = { prompt_tokens: 14, completion_tokens: 276, total_tokens: 290 }

function chunk(job: Job, delta: object, finish: 'stop' | null) {
  return {
    id: '',
    object: 'chat.completion.chunk',
    created: 0,
    model: job.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}
