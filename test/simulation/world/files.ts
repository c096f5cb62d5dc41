// Where the relay's links lead: one small MP4, and everything that can go wrong on the way to it.

import { createHash } from 'node:crypto'
import type { DownloadResult } from '../../../worker/generation/ports.ts'
import { OutboundError } from '../../../worker/outbound/outboundError.ts'
import type { Chance } from '../kernel/chance.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'
import type { Relays } from '../../../worker/settings/relays.ts'
import type { Jobs } from './jobs.ts'

export type DownloadFate =
  | 'ok'
  | 'not yet'
  | 'gone'
  | 'unreachable'
  | 'cut'
  | 'short'
  | 'page'
  | 'stall'
  /** Takes two fifths of the time that an archive has: enough for one that breaks, and one more. */
  | 'slow'

type Headers = Readonly<Record<string, string>> | undefined

export interface FilePlan {
  readonly downloadOf: (id: string, download: number) => DownloadFate
  readonly archivesAtOnce: number
}

const encoder = new TextEncoder()

const page = encoder.encode('<html>Sign in to watch</html>')
/** Between two drops of a slow file. */
const SLOW_MS = 120_000

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
  readonly #lengths: Chance
  readonly #scenario: FilePlan
  readonly #relays: Relays
  readonly #jobs: Jobs
  readonly #downloads = new Map<string, number>()
  /** Whose file is on its way. */
  readonly #open = new Set<Life>()

  /** `lengths` decides which hosts say how long the file is. */
  constructor(
    kernel: Kernel,
    lengths: Chance,
    scenario: FilePlan,
    market: { readonly relays: Relays; readonly jobs: Jobs },
  ) {
    this.#relays = market.relays
    this.#jobs = market.jobs
    this.#kernel = kernel
    this.#lengths = lengths
    this.#scenario = scenario
  }

  /** `url` and `headers`: as they are asked for. A relay's own file opens with its key alone. */
  async download(
    life: Life,
    id: string,
    { url, headers }: { readonly url: string; readonly headers: Headers },
    signal: AbortSignal,
  ): Promise<DownloadResult> {
    this.#checkKey(url, headers)

    const { fate, index } = await this.#kernel.effect(life, 'download', () => {
      const downloads = this.#downloads.get(id) ?? 0
      this.#downloads.set(id, downloads + 1)
      return { fate: this.#scenario.downloadOf(id, downloads), index: downloads }
    })
    this.#kernel.say(id, `download: ${fate}`)
    if (fate === 'not yet') return { ok: false, final: false, message: 'The host answered 404.' }
    if (fate === 'gone') return { ok: false, final: true, message: 'The link is not valid.' }
    if (fate === 'unreachable') throw new OutboundError('unreachable')
    this.#noteOpen(life)
    const isLengthKnown = this.#lengths.fork(`${id} ${index}`).happens(0.5)
    const length = fate === 'page' ? page.length : video.length
    const body = this.#bytes(life, fate, signal)
    return { ok: true, length: isLengthKnown ? length : null, body: this.#until(life, body) }
  }

  #checkKey(url: string, headers: Headers): void {
    const { origin } = new URL(url)
    const relay = this.#relays.find(({ baseUrl }) => new URL(baseUrl).origin === origin)
    const key = headers?.['authorization']
    if (relay === undefined && key !== undefined) {
      this.#kernel.breach('keys', `${origin} belongs to no relay, and is shown ${key}`)
    }
    if (relay === undefined || relay.kind === 'chat') return
    if (key !== relay.headers['authorization']) {
      this.#kernel.breach('keys', `the file at ${relay.id} is asked for with ${key}`)
    }
    if (!this.#jobs.hasFile(relay, url)) this.#kernel.breach('keys', `${relay.id} has no ${url}`)
  }

  #noteOpen(life: Life): void {
    for (const other of this.#open) if (!other.alive) this.#open.delete(other)
    this.#open.add(life)
    const { size } = this.#open
    if (this.#scenario.archivesAtOnce === 1 && size > 1) {
      this.#kernel.breach('room', `${size} archives at once, and room for one`)
    }
  }

  async *#until(life: Life, body: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body
    } finally {
      this.#open.delete(life)
    }
  }

  async *#bytes(life: Life, fate: DownloadFate, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const whole = fate === 'page' ? page : video
    if (fate === 'slow') {
      for (let at = 0; at < whole.length; at += 20) {
        const piece = whole.subarray(at, at + 20)
        yield await this.#kernel.arrival(life, 'a drop', SLOW_MS, signal, () => piece)
      }
      return
    }
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
