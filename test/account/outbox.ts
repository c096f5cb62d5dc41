// One account with receivers: the real Account, the real guarded way out, and hosts that answer as
// the test says. Time is the host's, so ten attempts over three days take milliseconds.

import { expect } from 'vitest'
import { Account } from '../../worker/account/account.ts'
import type { AdmissionRequest } from '../../worker/account/admit.ts'
import type { NewEndpoint, WebhookEventType } from '../../worker/account/endpoints.ts'
import { createOutbound } from '../../worker/outbound/outbound.ts'
import type { Report } from '../../worker/report/report.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { noErasure } from '../objects/noErasure.ts'
import { SoloHost } from '../objects/soloHost.ts'
import { createSixConnections } from './sixConnections.ts'

export const ACCOUNT = 'acct_1'
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const keyId = 'key_1'

export interface Arrival {
  /** Virtual ms. */
  readonly at: number
  readonly url: string
  readonly id: string
  readonly timestamp: number
  readonly signature: string | null
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Until it answers, ms; `Infinity` hangs until the caller hangs up. */
  readonly ms?: number
}

/** What a host answers to its arrival number `n`, the first being 0. */
export type Receiver = (arrival: Arrival, n: number) => Reply

export class Outbox {
  readonly arrivals: Arrival[] = []
  readonly reports: Report[] = []
  /** Generations that the account asked whether they were ever started, and how long each needs. */
  readonly askedToAbandon: string[] = []
  abandonMs = 0
  /** How long each needs to say that it knows nothing of a generation; null for one that is awake. */
  goneMs: number | null = null
  /** Generations that were woken, and which of them never answer to that. */
  readonly askedToWake = new Set<string>()
  isBroken: (id: string) => boolean = () => false
  /** Requests on their way, and the most there were at once: in all, and to one host. */
  onTheWay = 0
  mostOnTheWay = 0
  readonly mostPerHost = new Map<string, number>()
  readonly host: SoloHost<Account>
  readonly #receivers = new Map<string, Receiver>()
  readonly #perHost = new Map<string, number>()
  readonly #arrivalsOf = new Map<string, number>()
  #videos = 0

  /** `chance`: what every random byte is. */
  constructor(chance = 0) {
    this.host = new SoloHost((lent) => {
      const connect = createSixConnections(lent)
      const outbound = createOutbound({
        fetch: (url, init) =>
          connect(async (signal) => {
            const reply = await lent.wait(0, () => this.#receive(url, init))
            return await lent.wait(reply.ms, reply.answer, signal).finally(reply.leave)
          }, init.signal ?? undefined),
        policy: { ownHosts: [], allowPrivateNetwork: false },
        now: lent.now,
        sleep: lent.sleep,
      })
      return new Account({
        ...lent,
        random: (bytes) => new Uint8Array(bytes).fill(chance),
        post: (url, body, headers) => outbound.post(url, body, headers),
        generations: {
          abandon: async ({ identity }) => {
            this.askedToAbandon.push(identity.id)
            await lent.wait(this.abandonMs, () => undefined)
            return 'alive'
          },
          wake: (id) => {
            this.askedToWake.add(id)
            if (this.isBroken(id)) return lent.wait(Infinity, () => 'awake' as const)
            return this.goneMs === null
              ? Promise.resolve('awake')
              : lent.wait(this.goneMs, () => 'gone' as const)
          },
        },
        erasure: noErasure,
        tellOperator: null,
        askRestoredUntil: () => Promise.resolve(null),
        report: (line) => void this.reports.push(line),
        settings: {
          cacheTtlMs: 24 * 60 * 60_000,
          retentionMs: 30 * 24 * 60 * 60_000,
          breaker: false,
          writesPerMinute: 300,
          longestMs: 75 * 60_000,
        },
      })
    })
    this.account.createKey(ACCOUNT, {
      id: keyId,
      digest: 'digest',
      name: 'test',
      hint: '',
      scopes: ['generate', 'read', 'manage'],
      budget: null,
      rpm: null,
      concurrency: null,
      expiresAt: null,
    })
  }

  get account(): Account {
    return this.host.object
  }

  /** `host` such as `https://a.example`. */
  receive(host: string, receiver: Receiver): void {
    this.#receivers.set(host, receiver)
  }

  addEndpoint(id: string, url: string, eventTypes?: readonly WebhookEventType[]): void {
    const endpoint: NewEndpoint = {
      id,
      name: id,
      url,
      eventTypes: eventTypes ?? ['video.completed', 'video.failed'],
      secret: SECRET,
    }
    this.account.webhooks.createEndpoint(endpoint)
  }

  /** Admits a generation; with a webhook of its own, or not. Gives its id. */
  admit(
    webhook: AdmissionRequest['webhook'] = null,
    key?: string,
    more: Partial<Pick<AdmissionRequest, 'submission' | 'not'>> = {},
  ): string {
    this.#videos += 1
    const id = `video_${this.#videos}`
    const request = createAdmissionRequest(id, {
      webhook,
      ...(key !== undefined && { key }),
      ...more,
    })
    const admission = this.account.admitFor(keyId, request)
    if (admission.kind === 'refused') throw new Error('not admitted')
    return admission.kind === 'existing' ? admission.id : id
  }

  async end(
    id: string,
    status: 'completed' | 'failed' = 'completed',
    abandoned = false,
    cost?: number,
  ): Promise<void> {
    const endedAt = this.host.now
    const row = this.account.find(id)
    if (row === null) throw new Error(`there is no ${id}`)
    const { identity } = row
    await this.account.settle(id, {
      status,
      code: status === 'failed' ? 'content_policy' : null,
      charge: status === 'failed' ? 'none' : 'certain',
      outcome: 'known',
      endedAt,
      expiresAt: endedAt + 30 * 24 * 60 * 60_000,
      video: {
        id,
        object: 'video',
        model: identity.model,
        status,
        progress: 100,
        created_at: 0,
        completed_at: null,
        expires_at: null,
        prompt: null,
        size: identity.size,
        seconds: identity.seconds,
        remixed_from_video_id: null,
        error: null,
        phase: 'archiving',
        charge: 'none',
        outcome: 'known',
        metadata: {},
      },
      abandoned,
      ...(cost !== undefined && { cost }),
    })
  }

  /** A video that has just ended, so that everybody who listens is to be told. */
  async endOne(webhook: AdmissionRequest['webhook'] = null): Promise<string> {
    const id = this.admit(webhook)
    await this.end(id)
    return id
  }

  #receive(
    url: string,
    init: RequestInit,
  ): { ms: number; answer: () => Response; leave: () => void } {
    const headers = new Headers(init.headers)
    const arrival: Arrival = {
      at: this.host.now,
      url,
      id: headers.get('webhook-id') ?? '',
      timestamp: Number(headers.get('webhook-timestamp')),
      signature: headers.get('webhook-signature'),
      body: String(init.body),
    }
    const { origin } = new URL(url)
    const n = this.#arrivalsOf.get(origin) ?? 0
    this.#arrivalsOf.set(origin, n + 1)
    this.arrivals.push(arrival)
    const receiver = this.#receivers.get(origin)
    if (receiver === undefined) throw new Error(`nobody listens at ${origin}`)
    const { status = 200, headers: answerHeaders = {}, text = '', ms = 50 } = receiver(arrival, n)
    this.#count(origin, 1)
    return {
      ms,
      answer: () => new Response(text, { status, headers: answerHeaders }),
      leave: () => this.#count(origin, -1),
    }
  }

  #count(origin: string, change: number): void {
    this.onTheWay += change
    this.mostOnTheWay = Math.max(this.mostOnTheWay, this.onTheWay)
    const here = (this.#perHost.get(origin) ?? 0) + change
    this.#perHost.set(origin, here)
    this.mostPerHost.set(origin, Math.max(this.mostPerHost.get(origin) ?? 0, here))
  }
}

/** One endpoint at a host that behaves like this. */
export function listen(receiver: Receiver, chance = 0): Outbox {
  const outbox = new Outbox(chance)
  outbox.receive('https://a.example', receiver)
  outbox.addEndpoint('we_a', 'https://a.example/hook')
  return outbox
}

export function onlyDelivery(outbox: Outbox, endpoint = 'we_a') {
  const page = outbox.account.webhooks.listDeliveries(endpoint, null, 100)
  expect(page?.rows).toHaveLength(1)
  return page?.rows[0]
}
