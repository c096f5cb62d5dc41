// Where the relay's links lead: one small MP4, and everything that can go wrong on the way to it.

import { createHash } from 'node:crypto'
import type { DownloadResult } from '../../../worker/generation/ports.ts'
import { OutboundError } from '../../../worker/outbound/outboundError.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'

export type DownloadFate =
  | 'ok'
  | 'not yet'
  | 'gone'
  | 'unreachable'
  | 'cut'
  | 'short'
  | 'page'
  | 'stall'

const encoder = new TextEncoder()

export const video = makeVideo()
export const videoHash = createHash('sha256').update(video).digest('hex')

function makeVideo(): Uint8Array<ArrayBuffer> {
  const boxes = [
    { type: 'ftyp', payload: 'isom' },
    { type: 'moov', payload: '' },
    { type: 'mdat', payload: 'frames '.repeat(12) },
  ]
  const bytes: number[] = []
  for (const { type, payload } of boxes) {
    bytes.push(0, 0, 0, 8 + payload.length, ...encoder.encode(type + payload))
  }
  return Uint8Array.from(bytes)
}

export class Files {
  readonly #kernel: Kernel
  readonly #fateOf: (id: string, download: number) => DownloadFate
  readonly #downloads = new Map<string, number>()

  constructor(kernel: Kernel, fateOf: (id: string, download: number) => DownloadFate) {
    this.#kernel = kernel
    this.#fateOf = fateOf
  }

  async download(life: Life, id: string, signal: AbortSignal): Promise<DownloadResult> {
    const fate = await this.#kernel.effect(life, 'download', () => {
      const downloads = this.#downloads.get(id) ?? 0
      this.#downloads.set(id, downloads + 1)
      return this.#fateOf(id, downloads)
    })
    this.#kernel.say(id, `download: ${fate}`)
    if (fate === 'not yet') return { ok: false, final: false, message: 'The host answered 404.' }
    if (fate === 'gone') return { ok: false, final: true, message: 'The link is not valid.' }
    if (fate === 'unreachable') throw new OutboundError('unreachable')
    return { ok: true, body: this.#bytes(life, fate, signal) }
  }

  async *#bytes(life: Life, fate: DownloadFate, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const whole = fate === 'page' ? encoder.encode('<html>Sign in to watch</html>') : video
    const half = whole.subarray(0, 40)
    yield await this.#kernel.arrival(life, 'bytes of the video', 200, signal, () => half)
    if (fate === 'stall') {
      await this.#kernel.arrival(life, 'nothing more', 30_000, signal, () => {
        throw new OutboundError('silent')
      })
    }
    if (fate === 'cut') throw new OutboundError('cut')
    if (fate === 'short') return
    const rest = whole.subarray(40)
    yield await this.#kernel.arrival(life, 'rest of the video', 200, signal, () => rest)
  }
}
