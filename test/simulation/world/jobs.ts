// The jobs that relays of the simulated world have taken: how each stands when it is looked at, what
// was billed for it, and who may look. Only its own relay, asked with its own key, knows it.

import type { TransportResponse } from '../../../shared/ports.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { WorldError } from '../kernel/kernel.ts'
import type { Relay as RelaySettings } from '../../../worker/settings/relays.ts'
import type { Job, OddLook } from './jobPlan.ts'
import { priceAt } from './market.ts'

/** Of vendors, who are shown nobody's key. */
const VENDOR_URL = 'https://vendor.example'

export interface TakenJob {
  readonly id: string
  /** The generation that ordered it. */
  readonly videoId: string
  readonly relay: RelaySettings
  readonly takenAt: number
  readonly plan: Job
  looks: number
  /** What a look was answered with, once it was more than that it runs. */
  told: 'video' | 'failure' | null
  /** How often it was asked to stop, and whether it did before it was over. */
  cancels: number
  isStopped: boolean
  /** Nobody can look at it any more. */
  isDeleted: boolean
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const odd: Record<Exclude<OddLook, 'as it is' | 'hangs' | 'breaks'>, Answer> = {
  unknown: {
    status: 404,
    headers: {},
    text: '{"error":{"message":"task not found","code":"task_not_exist"}}',
  },
  busy: { status: 429, headers: { 'retry-after': '7' }, text: '{"error":"slow down"}' },
  'wrong key': { status: 401, headers: {}, text: '{"error":{"message":"Invalid token"}}' },
  page: { status: 502, headers: {}, text: '<html>Bad gateway</html>' },
}

const untouched = {
  looks: 0,
  told: null,
  cancels: 0,
  isStopped: false,
  isDeleted: false,
} as const
const MOST_CANCELS = 5

export class Jobs {
  readonly #kernel: Kernel
  readonly #jobs = new Map<string, TakenJob>()
  /** Looks at any of them, and whose job was looked at last. */
  looks = 0
  lookedFor = ''

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  take(videoId: string, relay: RelaySettings, plan: Job): TakenJob {
    const id = `task_${relay.id}_${this.#jobs.size + 1}`
    const takenAt = this.#kernel.now
    const job: TakenJob = { id, videoId, relay, takenAt, plan, ...untouched }
    this.#jobs.set(id, job)
    return job
  }

  /** Those that one generation ordered. */
  of(videoId: string): readonly TakenJob[] {
    return [...this.#jobs.values()].filter((job) => job.videoId === videoId)
  }

  /** What the relay has billed for it so far: what fails for free is given back. */
  billedFor({ relay, plan, takenAt, isStopped }: TakenJob): number {
    if (isStopped && relay.failed === 'free') return 0
    const isOver = this.#kernel.now >= takenAt + plan.workMs
    if (isOver && plan.end === 'fails' && relay.failed === 'free') return 0
    return toCost(relay, plan)
  }

  /** `url`: below the relay's base address. Whoever asks there has its key. */
  look(relay: RelaySettings, url: string): Answer | 'hangs' {
    const job = this.#find(relay, url)
    if (job === null) return odd.unknown
    const look = job.plan.looks[job.looks] ?? 'as it is'
    job.looks++
    this.looks++
    this.lookedFor = job.videoId
    if (look === 'hangs') return 'hangs'
    if (look === 'breaks') throw new WorldError('Network connection lost.')
    if (look !== 'as it is') return odd[look]
    return { status: 200, headers: {}, text: JSON.stringify(this.#describe(job)) }
  }

  /** The same for a call that should stop a job. */
  cancel(relay: RelaySettings, url: string): Answer | 'hangs' {
    const job = this.#find(relay, url)
    if (job === null) return odd.unknown
    job.cancels++
    if (job.cancels > MOST_CANCELS) {
      this.#kernel.breach('cancel', `${job.id} is asked to stop ${job.cancels} times`)
    }
    const isOver = this.#kernel.now >= job.takenAt + job.plan.workMs
    switch (job.plan.cancel) {
      case 'hangs':
        return 'hangs'
      case 'breaks':
        throw new WorldError('Network connection lost.')
      case 'busy':
        return odd.busy
      case 'refused':
        return { status: 409, headers: {}, text: '{"error":{"message":"The job is under way."}}' }
      case 'says so':
        job.isStopped ||= !isOver
        return { status: 200, headers: {}, text: JSON.stringify(this.#describe(job)) }
      case 'deleted':
        // Its bill stays: the relay has not said that it was given back.
        job.isDeleted = true
        return { status: 200, headers: {}, text: `{"id":"${job.id}","deleted":true}` }
    }
  }

  /** A file at a relay's own address; false when there is none. */
  hasFile(relay: RelaySettings, url: string): boolean {
    return this.#find(relay, url)?.plan.end === 'video here'
  }

  /** The answer to the order. */
  describeNew({ id, relay, plan }: TakenJob): string {
    switch (plan.answer) {
      case 'its id': {
        const polling_url = relay.kind === 'openrouter' ? toPollUrl(relay, id) : undefined
        return JSON.stringify({ id, object: 'video', status: 'queued', progress: 0, polling_url })
      }
      case 'an address':
        return JSON.stringify({ id: `${VENDOR_URL}/jobs/${id}`, status: 'queued' })
      case 'no id':
        return JSON.stringify({ object: 'video', status: 'queued' })
      case 'nothing':
        return ''
    }
  }

  #find(relay: RelaySettings, url: string): TakenJob | null {
    const id = /task_\w+/.exec(url)?.[0] ?? ''
    const job = this.#jobs.get(id) ?? null
    if (job !== null && job.relay.id !== relay.id) {
      this.#kernel.breach('keys', `${id} is a job of ${job.relay.id}, and ${relay.id} was asked`)
    }
    return job?.isDeleted === true ? null : job
  }

  #describe(job: TakenJob): object {
    const { id, relay, plan, takenAt } = job
    const age = this.#kernel.now - takenAt
    if (job.isStopped) {
      job.told = 'failure'
      return { id, object: 'video', status: 'cancelled' }
    }
    if (age < plan.workMs) {
      const progress = Math.min(99, Math.floor((100 * age) / plan.workMs))
      return { id, object: 'video', status: plan.word, progress }
    }
    job.told = plan.end === 'video' || plan.end === 'video here' ? 'video' : 'failure'
    const done = { id, object: 'video', status: 'completed', progress: 100 }
    const usage = plan.costShare === null ? undefined : { cost: toCost(relay, plan) / 1e6 }
    switch (plan.end) {
      case 'video':
        return { ...done, usage, unsigned_urls: [`${VENDOR_URL}/${id}.mp4`] }
      case 'video here':
        return { ...done, usage, unsigned_urls: [`${relay.baseUrl}/videos/${id}/content`] }
      case 'fails':
        return { id, status: 'failed', error: { message: 'It broke.', code: 'internal_error' } }
      case 'is moderated':
        return { ...done, respect_moderation: false }
      case 'has no link':
        return { ...done, error: { message: 'Nothing came of it.', code: 'internal_error' } }
    }
  }
}

function toPollUrl({ baseUrl }: RelaySettings, id: string): string {
  return `${baseUrl}/videos/${id}`
}

/** What the relay bills for a job, millionths of a US dollar. */
export function toCost(relay: RelaySettings, { costShare }: Job): number {
  return priceAt(relay.id) * (costShare ?? 1)
}

/** An answer that is there as a whole. */
export function toResponseOf({ status, headers, text }: Answer): TransportResponse {
  async function* body() {
    yield new TextEncoder().encode(text)
  }
  return { status, header: (name) => headers[name.toLowerCase()] ?? null, body: body() }
}
