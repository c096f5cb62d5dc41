// The gateway of the day: the real classes of every object, each over counted storage and the virtual
// clock, calling each other as their shells let them.

import { toKey } from '../../../shared/request/key.ts'
import { Account } from '../../../worker/account/account.ts'
import { accountSchema } from '../../../worker/account/schema.ts'
import { type Config, parseConfig } from '../../../worker/settings/config.ts'
import { Generation } from '../../../worker/generation/generation.ts'
import { generationSchema } from '../../../worker/generation/schema.ts'
import { Budget } from '../../../worker/platform/budget.ts'
import type { Report } from '../../../worker/report/report.ts'
import { ScheduleIndex } from '../../../worker/scheduler/scheduleIndex.ts'
import { Scheduler } from '../../../worker/scheduler/scheduler.ts'
import { schedulerSchema } from '../../../worker/scheduler/schema.ts'
import { startSlot } from '../../../worker/submission/startSlot.ts'
import type { SubmissionPorts } from '../../../worker/submission/submit.ts'
import { noErasure } from '../../objects/noErasure.ts'
import { taskKinds } from '../../relay/tasks/kinds/taskKinds.ts'
import { CountedTables } from './countedTables.ts'
import { createDigest, download, openBucket, PART_BYTES } from './dayBucket.ts'
import type { DayClock } from './dayClock.ts'
import { DayObject, type Lent, ObjectLost } from './dayObject.ts'
import { DayRelays } from './dayRelays.ts'
import { Meter } from './meter.ts'
import { type DayPlan, offers, prices } from './plan.ts'

/** More than enough: the objects of a day share many isolates. */
const ROOM_BYTES = 1024 ** 4

export class DayGateway {
  readonly clock: DayClock
  readonly config: Config
  readonly relays: DayRelays
  readonly accounts = new Map<string, DayObject<Account>>()
  readonly generations = new Map<string, DayObject<Generation>>()
  readonly schedulers = new Map<string, DayObject<Scheduler>>()
  readonly index: DayObject<ScheduleIndex>
  readonly worker = new Meter('Worker')
  readonly directory = new Meter('directory')
  readonly lines: Report[] = []
  /** Called with every line that an object reports. */
  onLine: (line: Report) => void = () => undefined
  webhooks = 0
  /** Answers of objects that were evicted before they gave them. */
  lost = 0
  #ids = 0
  readonly #budget = new Budget(ROOM_BYTES)
  readonly #freeTables: CountedTables[] = []

  constructor(clock: DayClock, plan: DayPlan) {
    this.clock = clock
    this.config = parseConfig(toSettings())
    this.relays = new DayRelays(plan, this.config.relays, clock.chance.fork('relays'))
    this.index = this.#createObject('index', schedulerSchema, (lent) => {
      return new ScheduleIndex({
        ...lent,
        report: this.#report,
        wake: (account, at) => lent.call(this.scheduler(account), (one) => one.wake(account, at)),
      })
    })
  }

  account(id: string): DayObject<Account> {
    return keep(this.accounts, id, () => this.#createAccount(id))
  }

  generation(id: string): DayObject<Generation> {
    return keep(this.generations, id, () =>
      this.#createObject(id, generationSchema, (lent) => this.#createGeneration(id, lent)),
    )
  }

  scheduler(account: string): DayObject<Scheduler> {
    return keep(this.schedulers, account, () =>
      this.#createObject(`scheduler of ${account}`, schedulerSchema, (lent) => {
        return new Scheduler({
          ...lent,
          report: this.#report,
          start: (schedule, slot) => startSlot(this.toSubmissionPorts(lent), schedule, slot),
          index: {
            differing: (of) => lent.call(this.index, (one) => one.differing(of)),
            keep: (of, nextAt, copies) =>
              lent.call(this.index, (one) => one.keep(of, nextAt, copies)),
          },
          graceMs: this.config.scheduleGraceMs,
        })
      }),
    )
  }

  /** Gives the tables of an ended generation to another one. */
  retire(id: string): { readonly meter: Meter; readonly bytes: number } {
    const object = this.generation(id)
    const tables = object.retire()
    this.generations.delete(id)
    if (tables === null) return { meter: object.meter, bytes: 0 }
    const { bytes } = tables
    tables.clear()
    this.#freeTables.push(tables)
    return { meter: object.meter, bytes }
  }

  get objects(): DayObject<{ alarm(): void }>[] {
    const { accounts, generations, schedulers, index } = this
    return [...accounts.values(), ...generations.values(), ...schedulers.values(), index]
  }

  /** As the Worker asks an object. */
  readonly byWorker: Lent['call'] = (object, invoke) => object.request(this.worker, null, invoke)

  toSubmissionPorts({ call }: Pick<Lent, 'call'>): SubmissionPorts {
    return {
      relays: this.config.relays,
      models: this.config.models,
      toKey,
      createId: async () => `video_${(this.#ids += 1)}`,
      admit: (account, credential, request) =>
        call(this.account(account), async (one) => {
          await one.learn()
          return 'digest' in credential
            ? one.admit(credential.digest, request)
            : one.admitFor(credential.keyId, request)
        }),
      generation: (id) => {
        const object = this.generation(id)
        return {
          describe: (account) => call(object, (one) => one.describe(account)),
          start: (spec, attachments) => call(object, (one) => one.start(spec, attachments)),
          archiveAgain: () => call(object, (one) => one.archiveAgain()),
          settleAgain: () => call(object, (one) => one.settleAgain()),
        }
      },
      onUnreached: (error, id) => this.#report({ what: 'object not reached', id, error }),
    }
  }

  readonly #report = (line: Report): void => {
    if ('error' in line && line.error instanceof ObjectLost) this.lost += 1
    else if ('error' in line) this.lines.push(line)
    this.onLine(line)
  }

  #createObject<T extends { alarm(): void }>(
    name: string,
    schema: ConstructorParameters<typeof CountedTables>[0],
    create: (lent: Lent) => T,
  ): DayObject<T> {
    const takeTables = () =>
      (schema === generationSchema ? this.#freeTables.pop() : undefined) ??
      new CountedTables(schema)
    const meter = new Meter(name)
    return new DayObject({ clock: this.clock, meter, takeTables, create, report: this.#report })
  }

  #createAccount(id: string): DayObject<Account> {
    const chance = this.clock.chance.fork(`account ${id}`)
    return this.#createObject(id, accountSchema, (lent) => {
      return new Account({
        ...lent,
        random: (bytes) => chance.bytes(bytes),
        report: this.#report,
        generations: {
          abandon: (owner) =>
            lent.call(this.generation(owner.identity.id), (one) => one.abandon(owner)),
          wake: (video) => lent.call(this.generation(video), (one) => one.wake()),
        },
        erasure: noErasure,
        tellOperator: null,
        askRestoredUntil: () => {
          this.directory.noteCall(lent.now())
          return lent.arrive(10, () => null)
        },
        post: (_url, _body, _headers) => {
          lent.meter.subrequests += 1
          this.webhooks += 1
          const isIll = chance.happens(0.01)
          const no = { ok: false, status: 500, final: false, message: 'No.' } as const
          return lent.arrive(chance.between(50, 600), () =>
            isIll ? { ...no, retryAfter: null, text: '' } : { ok: true, status: 200 },
          )
        },
        settings: this.config.account,
      })
    })
  }

  #createGeneration(id: string, lent: Lent): Generation {
    const chance = this.clock.chance.fork(`generation ${id}`)
    const { config } = this
    return new Generation({
      ...lent,
      random: (bytes) => chance.bytes(bytes),
      relay: { send: (request) => this.relays.send(lent, id, request) },
      outbound: {
        download: (_url, signal) => download(lent, chance.happens(0.8), signal),
        readText: () => this.relays.readPage(lent, id),
      },
      bucket: openBucket(lent),
      partBytes: PART_BYTES,
      createDigest,
      budget: this.#budget,
      account: {
        settle: (account, one, settlement) =>
          lent.call(this.account(account), (it) => it.settle(one, settlement)),
        forget: (account, one) => lent.call(this.account(account), (it) => it.forget(one)),
        suspend: (account, relay, code) =>
          lent.call(this.account(account), (it) => it.suspend(relay, code)),
        settleLate: (account, one, truth) =>
          lent.call(this.account(account), (it) => it.settleLate(one, truth)),
      },
      erase: async () => {
        throw new Error('a day is shorter than retention')
      },
      report: this.#report,
      limits: config.generation,
      relays: config.relays,
      models: config.models,
    })
  }
}

function keep<T>(map: Map<string, T>, id: string, create: () => T): T {
  const known = map.get(id)
  if (known !== undefined) return known
  const made = create()
  map.set(id, made)
  return made
}

function toSettings(): Record<string, string> {
  const kindOf = (relay: string) => relay.slice(0, relay.indexOf('-'))
  const relays = Object.keys(prices).map((id) => {
    const kind = kindOf(id)
    const path = kind === 'chat' ? '/v1' : taskKinds[kind as keyof typeof taskKinds].basePath
    return { id, kind, base_url: `https://${id}.example${path}`, key: 'RELAY_KEY' }
  })
  const models = offers.map(({ model, relays: names }) => ({
    id: model,
    relay_model: 'sora-2',
    price_usd: 0.5,
    relays: names.map((relay) => ({ relay, price_usd: (prices[relay] ?? 0) / 1e6 })),
  }))
  return {
    RELAYS: JSON.stringify(relays),
    MODELS: JSON.stringify(models),
    RELAY_KEY: 'key',
    ADMIN_TOKEN: 'x'.repeat(32),
  }
}
