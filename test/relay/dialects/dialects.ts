// Every dialect the simulator speaks, by the name tests and prompts use. `withoutStream`: what such
// a relay says when it is not asked to stream; null when it then sends the same text in one piece.

import { isKeyOf } from '../isKeyOf.ts'
import type { Job } from '../job.ts'
import * as d1 from './d1.ts'
import * as d2 from './d2.ts'
import * as d3 from './d3.ts'
import * as d4 from './d4.ts'
import * as d5 from './d5.ts'
import * as d7 from './d7.ts'
import type { Frame } from './frame.ts'
import * as layers from './layers.ts'

interface Dialect {
  readonly speak: (job: Job) => Iterable<Frame>
  readonly withoutStream: string | null
}

const prose = (speak: Dialect['speak']): Dialect => ({ speak, withoutStream: null })
const streamOnly = (speak: Dialect['speak']): Dialect => ({
  speak,
  withoutStream: d3.AVAILABILITY,
})

export const dialects = {
  D1: prose(d1.speakChinese),
  'D1-en': prose(d1.speakEnglish),
  'D1-dmx': prose(d1.speakDmx),
  'D1-veo': prose(d1.speakVeo),
  'D1-task': prose(d1.speakTaskOnly),
  'D1-crlf': prose((job) => layers.useOtherSpelling(d1.speakChinese(job))),
  D2: prose(d2.speakChinese),
  'D2-en': prose(d2.speakEnglish),
  'D2-ping': prose((job) => layers.addPings(d2.speakChinese(job))),
  D3: streamOnly(d3.speak),
  'D3-retry': streamOnly(d3.speakWithRetry),
  'D3-think': streamOnly((job) => layers.moveThinking(d3.speak(job))),
  D3b: streamOnly(d3.speakOutput),
  'D3b-bare': streamOnly(d3.speakBareUrl),
  'D3b-minimal': streamOnly(d3.speakMinimal),
  D3c: streamOnly(d3.speakObjects),
  'D3c-text': streamOnly(d3.speakNumberTwice),
  D4: streamOnly(d4.speak),
  'D4-fail': streamOnly(d4.speakFailure),
  'D5-v1': prose(d5.speakFirst),
  'D5-v2': prose(d5.speakSecond),
  'D5-bare': prose(d5.speakBareUrl),
  'D5-relative': prose(d5.speakRelative),
  D7: prose(d7.speak),
  'D7-early': prose(d7.speakEarlyStop),
  D8: prose((job) => layers.splitCharacters(d8Text(job), job.progress.length)),
  D9: prose((job) => layers.stripFraming(d2.speakChinese(job))),
} as const satisfies Record<string, Dialect>

/** Only the beginning of a D8 answer was ever seen; the rest is D2's sentence. */
function d8Text(job: Job): string {
  return `> 🏃 进度：50.0%\n\n> ✅ 视频生成成功，[点击这里](${job.videoUrl}) 查看视频~~~\n\n`
}

export type DialectId = keyof typeof dialects

export const isDialectId = (name: string): name is DialectId => isKeyOf(dialects, name)
