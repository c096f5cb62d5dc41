// Whoever asked to be told: refuses a few times, then takes every message and remembers it.

import type { Delivery } from '../../../worker/outbound.ts'
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
  #refusals: number

  constructor(kernel: Kernel, refusals: number) {
    this.#kernel = kernel
    this.#refusals = refusals
  }

  async post(
    life: Life,
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Delivery> {
    return await this.#kernel.effect<Delivery>(life, 'webhook', () => {
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
  }
}
