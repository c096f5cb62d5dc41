// Whoever asked to be told: refuses a few times, then takes every message and remembers it.

import type { Delivery } from '../../../worker/outbound/outbound.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'

export interface Received {
  readonly url: string
  readonly webhookId: string
  readonly videoId: string
  readonly type: string
}

export class Receivers {
  readonly received: Received[] = []
  readonly #kernel: Kernel
  readonly #answerMs: number
  #refusals: number

  /** Refuses the first `refusals` messages, and takes `answerMs` for each answer. */
  constructor(kernel: Kernel, refusals: number, answerMs: number) {
    this.#kernel = kernel
    this.#refusals = refusals
    this.#answerMs = answerMs
  }

  async post(
    life: Life,
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Delivery> {
    const answer = await this.#kernel.effect<Delivery>(life, 'webhook', () => {
      if (this.#refusals > 0) {
        this.#refusals--
        return { ok: false, status: 500, final: false, message: 'No.', retryAfter: null, text: '' }
      }
      const event = JSON.parse(body) as { type: string; data: { id: string } }
      this.received.push({
        url,
        webhookId: headers['webhook-id'] ?? '',
        videoId: event.data.id,
        type: event.type,
      })
      return { ok: true, status: 200 }
    })
    if (this.#answerMs === 0) return answer
    return await this.#kernel.arrival(
      life,
      'answer of a receiver',
      this.#answerMs,
      undefined,
      () => answer,
    )
  }
}
