// What a host hears while an answer arrives: each fact once, when it is certain, in order.

import type { RelayFact } from '../relay.ts'

export class Facts {
  taskId: string | null = null
  statusUrl: string | null = null
  /** Whether anything was heard that only a generation says. */
  isAboutVideo = false
  #untold: RelayFact[] = []
  #progress: number | null = null
  #mayFall = false
  #phase: 'queued' | 'running' | null = null
  #preview: string | null = null

  progress(percent: number): void {
    this.isAboutVideo = true
    const last = this.#progress
    if (last !== null && (percent === last || (percent < last && !this.#mayFall))) return
    this.#progress = percent
    this.#mayFall = false
    if (percent > 0) this.phase('running')
    this.#untold.push({ type: 'progress', progress: percent })
  }

  phase(next: 'queued' | 'running'): void {
    this.isAboutVideo = true
    // Texts mention the queue again while they run; nothing goes back into it.
    if (this.#phase === next || this.#phase === 'running') return
    this.#phase = next
    this.#untold.push({ type: 'phase', phase: next })
  }

  task(id: string, statusUrl: string | null): void {
    this.isAboutVideo = true
    if (id === this.taskId && (statusUrl === null || statusUrl === this.statusUrl)) return
    if (id !== this.taskId) this.statusUrl = null
    this.taskId = id
    this.statusUrl = statusUrl ?? this.statusUrl
    this.#untold.push({ type: 'task', id, statusUrl: this.statusUrl })
  }

  preview(url: string): void {
    if (this.#preview === url) return
    this.#preview = url
    this.#untold.push({ type: 'preview', url })
  }

  link(url: string): void {
    this.#untold.push({ type: 'link', url })
  }

  /** The relay tries again: its next percentage may be lower than the last. */
  restart(): void {
    this.#mayFall = true
  }

  /** Everything since the last call. */
  take(): readonly RelayFact[] {
    const taken = this.#untold
    this.#untold = []
    return taken
  }
}
