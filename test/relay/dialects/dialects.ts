// Every dialect the simulator speaks, by the name tests and prompts use. `withoutStream`: what such
// a relay says when it is not asked to stream; null when it then sends the same text in one piece.

import type { Job } from '../job.ts'
import * as d1 from './d1.ts'
import * as d2 from './d2.ts'
import * as d3 from './d3.ts'
import type { Frame } from './frame.ts'

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
  D2: prose(d2.speakChinese),
  'D2-en': prose(d2.speakEnglish),
  D3: streamOnly(d3.speak),
  'D3-retry': streamOnly(d3.speakWithRetry),
  D3b: streamOnly(d3.speakOutput),
  D3c: streamOnly(d3.speakObjects),
} as const satisfies Record<string, Dialect>

export type DialectId = keyof typeof dialects

export const isDialectId = (name: string): name is DialectId => Object.hasOwn(dialects, name)
