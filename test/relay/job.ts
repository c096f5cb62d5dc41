// What a simulated relay was asked for and will answer with: the facts every dialect words in its
// own way. Derived from the request and a counter, so a run can be repeated exactly.

import { createHash } from 'node:crypto'

export interface Job {
  readonly prompt: string
  readonly model: string
  /** Length of the video in seconds, as the relay understood the request. */
  readonly seconds: number
  readonly orientation: 'portrait' | 'landscape'
  readonly taskId: string
  /** Unix seconds. */
  readonly createdAt: number
  readonly videoUrl: string
  readonly previewUrl: string
  /** Public page and JSON document about the task, where a dialect has them. */
  readonly pageUrl: string
  readonly statusUrl: string
  /** Percentages reported on the way, in order. */
  readonly progress: readonly number[]
  /** Milliseconds between two reports. */
  readonly stepMs: number
}

export interface JobOptions {
  readonly prompt: string
  readonly model: string
  readonly number: number
  /** Where video and preview are served: `https://host[:port]`. */
  readonly linkOrigin: string
  /** Where the task's public page and status document are. */
  readonly taskOrigin: string
  readonly stepMs: number
  readonly progress: readonly number[]
  /** Where the request says so outside the prompt. */
  readonly seconds?: number
  readonly orientation?: Job['orientation']
}

export function createJob(options: JobOptions): Job {
  const { prompt, model, number, linkOrigin, taskOrigin, stepMs, progress } = options
  const hash = createHash('sha256').update(`${number}\n${model}\n${prompt}`).digest('hex')
  const taskId = `task_01${hash.slice(0, 24)}`
  const orientation = options.orientation ?? readOrientation(`${prompt} ${model}`)
  const seconds = options.seconds ?? readSeconds(prompt) ?? readSeconds(model) ?? 4
  const file = `${linkOrigin}/files/${hash.slice(24, 56)}`
  return {
    prompt,
    model,
    seconds,
    orientation,
    taskId,
    createdAt: 1_780_000_000 + number,
    videoUrl: `${file}.mp4?seconds=${seconds}&size=${orientation === 'portrait' ? '144x256' : '256x144'}`,
    previewUrl: `${file}.webp`,
    pageUrl: `${taskOrigin}/web/${taskId}`,
    statusUrl: `${taskOrigin}/source/${taskId}`,
    progress,
    stepMs,
  }
}

/** Upright where nothing is said, as sora-2 does it: its first size is not told. */
function readOrientation(text: string): Job['orientation'] {
  return /16:9|7:4|landscape|横屏/.test(text) ? 'landscape' : 'portrait'
}

/** "8s" or "15s" as a word of its own. */
function readSeconds(text: string): number | null {
  const found = /(?:^|[^0-9a-z])([1-9][0-9]?) ?s(?:$|[^0-9a-z])/i.exec(text)
  return found === null ? null : Number(found[1])
}
