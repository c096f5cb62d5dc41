// What the relay of the simulated world says when all goes well, in three dialects, cut into the
// pieces that arrive at once: the link in one, what follows it in others.

import { dialects } from '../../relay/dialects/dialects.ts'
import { createJob } from '../../relay/job.ts'

export const job = createJob({
  prompt: 'A lighthouse at dusk',
  model: 'sora-2',
  number: 1,
  linkOrigin: 'https://files.example',
  taskOrigin: 'https://asyncdata.net',
  stepMs: 0,
  progress: [12, 36, 81],
})

export interface Speech {
  readonly pieces: readonly Uint8Array[]
  /** So many pieces bring the link. */
  readonly withLink: number
  /** So many bring the address of the task's public page; 0 when it is never told. */
  readonly withTask: number
}

export type SpokenDialect = 'D1' | 'D2' | 'D3'

export const speeches: Readonly<Record<SpokenDialect, Speech>> = {
  D1: speak('D1'),
  D2: speak('D2'),
  D3: speak('D3'),
}

function speak(dialect: SpokenDialect): Speech {
  const encoder = new TextEncoder()
  const [videoPath = ''] = job.videoUrl.split('?')
  const pieces: string[] = ['']
  let isLinkSaid = false
  for (const frame of dialects[dialect].speak(job)) {
    if (typeof frame !== 'string' || isLinkSaid) pieces.push('')
    if (typeof frame === 'string') pieces.push((pieces.pop() ?? '') + frame)
    isLinkSaid ||= pieces.at(-1)?.includes(videoPath) ?? false
  }
  const said = pieces.filter((piece) => piece !== '')
  return {
    pieces: said.map((piece) => encoder.encode(piece)),
    withLink: said.findIndex((piece) => piece.includes(videoPath)) + 1,
    withTask: said.findIndex((piece) => piece.includes(job.statusUrl)) + 1,
  }
}
