// Who uses the gateway on that day: honest callers who follow their generation as people do, a hostile
// one who asks without end, the minute's trigger. Each request is counted at the Worker, which asks the
// objects as its routes do.

import type { GenerationRequest } from '../../../shared/request/request.ts'
import { safeParseVideoRequest } from '../../../shared/request/request.ts'
import { withoutDirectives } from '../../../worker/account/admit.ts'
import { openEventStream } from '../../../worker/generation/eventStream.ts'
import { isEnded } from '../../../shared/video/video.ts'
import type { Submission } from '../../../worker/submission/submit.ts'
import { submit } from '../../../worker/submission/submit.ts'
import { Life } from '../../simulation/kernel/life.ts'
import type { DayGateway } from './dayGateway.ts'
import { ObjectLost } from './dayObject.ts'
import {
  DAY,
  drawArrivals,
  MINUTE,
  offers,
  pickFollowing,
  pickOffer,
  pickTenant,
  SECOND,
  type DayPlan,
  type Following,
  type Tenant,
} from './plan.ts'

/** Isolates of the Worker: each remembers a key for ten seconds. */
const ISOLATES = 20
const TRUST_MS = 10 * SECOND
/** Prompts that the hostile one asks for again and again. */
const SAME_PROMPTS = 20

export class DayCallers {
  /** Submissions that gave a new generation, one that was there, nothing. */
  readonly answers = { created: 0, found: 0, refused: 0 }
  readonly refusals = new Map<string, number>()
  /** Somebody still asks for it. */
  readonly following = new Set<string>()
  /** Requests whose answer an eviction has ended. */
  unheard = 0
  readonly #gateway: DayGateway
  readonly #plan: DayPlan
  readonly #tenants: readonly Tenant[]
  readonly #trusted = new Map<string, number>()
  /** Videos of the hostile one, which looks at them again and again. */
  readonly #hostileIds: string[] = []
  #prompts = 0

  constructor(gateway: DayGateway, plan: DayPlan, tenants: readonly Tenant[]) {
    this.#gateway = gateway
    this.#plan = plan
    this.#tenants = tenants
  }

  /** Accounts with keys, endpoints and schedules, before the day. */
  async open(): Promise<void> {
    for (const tenant of this.#tenants) {
      const { account, keyId: id, digest, isHostile, hasEndpoint } = tenant
      const limits = isHostile ? { rpm: 30, concurrency: 2 } : { rpm: null, concurrency: null }
      const rest = { budget: null, expiresAt: null, name: id, hint: id, ...limits }
      const scopes = ['generate', 'read', 'manage'] as const
      this.#gateway.account(account).inspect((one) => {
        one.createKey(account, { id, digest, scopes, ...rest })
        if (!hasEndpoint) return
        one.webhooks.createEndpoint({
          id: `we_${account}`,
          name: 'endpoint',
          url: `https://${account}.example/hook`,
          eventTypes: ['video.completed', 'video.failed'],
          secret: `whsec_${Buffer.from(account.padEnd(32, '-')).toString('base64')}`,
        })
      })
      for (let n = 0; n < tenant.schedules; n++) await this.#addSchedule(tenant, n)
    }
  }

  /** Everything that begins on the day is planned from here. */
  begin(): void {
    const { clock } = this.#gateway
    const { startAt, hostile, generations } = this.#plan
    const arrivals = drawArrivals(this.#plan, clock.chance.fork('arrivals'))
    const begin = (n: number): void => {
      const at = arrivals[n]
      if (at === undefined) return
      clock.plan(startAt + at - clock.now, null, this.#gateway.worker, () => {
        begin(n + 1)
        this.#start(this.#callOnce(n))
      })
    }
    if (generations > 0) begin(0)
    const tick = (at: number): void => {
      clock.plan(at - clock.now, null, this.#gateway.worker, () => {
        if (at < startAt + DAY - 2 * MINUTE) tick(at + MINUTE)
        this.#gateway.worker.noteCall(clock.now)
        this.#start(this.#gateway.byWorker(this.#gateway.index, (one) => one.tick(at)))
      })
    }
    tick(startAt + MINUTE)
    clock.plan(hostile.atMs, null, this.#gateway.worker, () => this.#start(this.#hammer()))
  }

  async #addSchedule({ account, keyId }: Tenant, n: number): Promise<void> {
    const { clock } = this.#gateway
    const cron = n === 0 ? '*/30 * * * *' : '17 * * * *'
    const request = { model: 'sora-job', prompt: `News of {{slot}}, ${n}` }
    const id = `sched_${account}_${n}`
    const nextAt = clock.now + (n === 0 ? 30 : 17) * MINUTE
    const schedule = { id, account, keyId, name: id, cron, timezone: 'UTC', request }
    const adding = this.#gateway.byWorker(this.#gateway.scheduler(account), (one) =>
      one.add({ ...schedule, paused: false, nextAt, createdAt: clock.now }),
    )
    this.#start(adding)
  }

  /** Nobody waits for it; an eviction may end it. */
  #start(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof ObjectLost) this.unheard += 1
      else this.#gateway.lines.push({ what: 'request failed', id: '', error })
    })
  }

  async #callOnce(n: number): Promise<void> {
    const chance = this.#gateway.clock.chance.fork(`caller ${n}`)
    const tenant = pickTenant(this.#tenants, chance)
    const offer = pickOffer(chance)
    const following = pickFollowing(tenant, offer, chance)
    const prompt = `A lighthouse at dusk, number ${(this.#prompts += 1)}`
    const submission = await this.#submit(tenant, offer.model, prompt)
    if (submission.kind === 'refused') return
    const { id } = submission.description.identity
    // Some clients ask again: it is the same generation.
    if (chance.happens(0.03)) await this.#submit(tenant, offer.model, prompt)
    this.following.add(id)
    try {
      await this.#follow(tenant, id, following)
    } finally {
      this.following.delete(id)
    }
  }

  async #submit(tenant: Tenant, model: string, prompt: string): Promise<Submission> {
    const gateway = this.#gateway
    await this.#authenticate(tenant)
    const request = await this.#parse(model, prompt)
    const submission = await submit(gateway.toSubmissionPorts({ call: gateway.byWorker }), {
      account: tenant.account,
      credential: { digest: tenant.digest },
      request,
      options: {
        webhook: null,
        metadata: {},
        acceptPossibleCharge: false,
        stream: false,
        includeUsage: false,
      },
      directives: withoutDirectives,
      idempotencyHash: null,
      isRetry: false,
      remixedFrom: null,
      requestId: `req_${this.#prompts}`,
    })
    this.answers[submission.kind] += 1
    if (submission.kind === 'refused') {
      this.refusals.set(submission.code, (this.refusals.get(submission.code) ?? 0) + 1)
    }
    return submission
  }

  async #parse(model: string, prompt: string): Promise<GenerationRequest> {
    const parsed = await safeParseVideoRequest({ model, prompt }, this.#gateway.config.models)
    if (!parsed.ok) throw new Error(parsed.error.message)
    return parsed.request
  }

  /** A request, and the question whose key it is, where its isolate does not remember. */
  async #authenticate({ account, digest }: Tenant): Promise<void> {
    const { clock, worker, byWorker } = this.#gateway
    worker.noteCall(clock.now)
    const isolate = `${clock.chance.below(ISOLATES)} ${account}`
    if ((this.#trusted.get(isolate) ?? 0) > clock.now) return
    await byWorker(this.#gateway.account(account), (one) => one.authenticate(digest, 'read'))
    this.#trusted.set(isolate, clock.now + TRUST_MS)
  }

  async #follow(tenant: Tenant, id: string, following: Following): Promise<void> {
    const { clock, worker } = this.#gateway
    for (let isFirst = true; ; isFirst = false) {
      switch (following) {
        case 'stream':
          if (!isFirst) await clock.sleep(SECOND, worker)
          break
        case 'poll':
          await clock.sleep(5 * SECOND, worker)
          break
        case 'now and then':
          await clock.sleep(30 * SECOND, worker)
          break
        case 'webhook':
          // Told by it: nobody asks before.
          await clock.sleep(isFirst ? 7 * MINUTE : MINUTE, worker)
      }
      try {
        if (following === 'stream') await this.#read(tenant, id)
        const status = await this.#look(tenant, id)
        if (status !== null) return
      } catch (error) {
        if (!(error instanceof ObjectLost)) throw error
        this.unheard += 1
      }
    }
  }

  /** The log to its end, as it grows. */
  async #read(tenant: Tenant, id: string): Promise<void> {
    const gateway = this.#gateway
    await this.#authenticate(tenant)
    const life = new Life('reader')
    await gateway.generation(id).request(gateway.worker, life, async (one, { now, sleep }) => {
      const stream = openEventStream(
        one,
        { as: 'events', after: 0, includeUsage: false, origin: '', guestUntil: null },
        {
          now,
          sleep,
          commentMs: gateway.config.commentMs,
          sign: async (video) => video,
        },
      )
      if (typeof stream === 'string') return
      const reader = stream.getReader()
      while (!(await reader.read()).done);
    })
  }

  /** null while it runs; what has ended well is fetched. */
  async #look(tenant: Tenant, id: string): Promise<'completed' | 'failed' | null> {
    const { byWorker, worker } = this.#gateway
    await this.#authenticate(tenant)
    const object = this.#gateway.generation(id)
    const seen = await byWorker(object, (one) => one.describe(tenant.account))
    if (seen === null || !isEnded(seen.state)) return null
    if (seen.state.status === 'failed') return 'failed'
    await this.#authenticate(tenant)
    await byWorker(object, (one) => one.describe(tenant.account))
    worker.classB += 1
    return 'completed'
  }

  /** The same prompts, new ones beyond its limits, looks, lists, ids and keys that never were. */
  async #hammer(): Promise<void> {
    const { clock, worker } = this.#gateway
    const tenant = this.#tenants.at(-1)
    if (tenant === undefined) return
    const chance = clock.chance.fork('hostile')
    const until = clock.now + this.#plan.hostile.forMs
    while (clock.now < until) {
      await clock.sleep(2 * this.#plan.hostile.everyMs * chance.next(), worker)
      this.#start(this.#strike(tenant, chance.next(), chance.below(SAME_PROMPTS)))
    }
  }

  async #strike(tenant: Tenant, draw: number, n: number): Promise<void> {
    const { clock, worker, byWorker } = this.#gateway
    const { model } = offers[n % offers.length] ?? offers[0]
    const id = this.#hostileIds[n % Math.max(1, this.#hostileIds.length)]
    if (draw < 0.4) return await this.#strikeWith(tenant, model, `The same again, ${n}`)
    if (draw < 0.6) {
      return await this.#strikeWith(tenant, model, `Something new, ${(this.#prompts += 1)}`)
    }
    if (draw < 0.8 && id !== undefined) return void (await this.#look(tenant, id))
    if (draw < 0.9) {
      await this.#authenticate(tenant)
      const page = { after: null, order: 'desc', limit: 100 } as const
      await byWorker(this.#gateway.account(tenant.account), (one) => one.list(page))
      return
    }
    // A made-up id or key is refused before any object is asked.
    worker.noteCall(clock.now)
  }

  async #strikeWith(tenant: Tenant, model: string, prompt: string): Promise<void> {
    const submission = await this.#submit(tenant, model, prompt)
    if (submission.kind !== 'created') return
    const { id } = submission.description.identity
    this.#hostileIds.push(id)
    this.following.add(id)
  }
}
