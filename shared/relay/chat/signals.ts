// What a host hears while an answer arrives: each fact once, when it is certain, in order.

import type { RelaySignal } from './answer.ts'

export interface Signals {
  readonly taskId: string | null
  readonly statusUrl: string | null
  readonly lastPreview: string | null
  /** Whether anything was heard that only a generation says. */
  readonly isAboutVideo: boolean
  progress(percent: number): void
  phase(phase: 'queued' | 'running'): void
  task(id: string, statusUrl: string | null): void
  preview(url: string): void
  link(url: string): void
  /** The relay tries again: its next percentage may be lower than the last. */
  restart(): void
  /** Everything since the last call. */
  take(): readonly RelaySignal[]
}

export function createSignals(): Signals {
  let signals: RelaySignal[] = []
  let lastProgress: number | null = null
  let mayFall = false
  let lastPhase: 'queued' | 'running' | null = null
  let lastPreview: string | null = null
  let taskId: string | null = null
  let statusUrl: string | null = null
  let isAboutVideo = false

  function phase(next: 'queued' | 'running'): void {
    isAboutVideo = true
    // Texts mention the queue again while they run; nothing goes back into it.
    if (lastPhase === next || lastPhase === 'running') return
    lastPhase = next
    signals.push({ type: 'phase', phase: next })
  }

  return {
    get taskId() {
      return taskId
    },
    get statusUrl() {
      return statusUrl
    },
    get lastPreview() {
      return lastPreview
    },
    get isAboutVideo() {
      return isAboutVideo
    },
    phase,
    progress(percent) {
      isAboutVideo = true
      if (lastProgress !== null) {
        if (percent === lastProgress || (percent < lastProgress && !mayFall)) return
      }
      lastProgress = percent
      mayFall = false
      if (percent > 0) phase('running')
      signals.push({ type: 'progress', progress: percent })
    },
    task(id, url) {
      isAboutVideo = true
      if (id === taskId && (url === null || url === statusUrl)) return
      if (id !== taskId) statusUrl = null
      taskId = id
      statusUrl = url ?? statusUrl
      signals.push({ type: 'task', id, statusUrl })
    },
    preview(url) {
      if (lastPreview === url) return
      lastPreview = url
      signals.push({ type: 'preview', url })
    },
    link(url) {
      signals.push({ type: 'link', url })
    },
    restart() {
      mayFall = true
    },
    take() {
      const taken = signals
      signals = []
      return taken
    },
  }
}
