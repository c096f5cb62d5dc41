// A whole world around the real code: one account, its generations, and everything outside them.
// Lends each incarnation its ports and tells the watchers what happened.

import { createHash } from 'node:crypto'
import { LimitReached } from '../../../shared/limits.ts'
import type { Digest, Now } from '../../../shared/ports.ts'
import { Account } from '../../../worker/account/account.ts'
import type { Admission, AdmissionRequest } from '../../../worker/account/admit.ts'
import { accountSchema } from '../../../worker/account/schema.ts'
import type { Description } from '../../../worker/generation/generation.ts'
import { toMostBytes } from '../../../worker/generation/archiving.ts'
import { Generation } from '../../../worker/generation/generation.ts'
import { Budget } from '../../../worker/platform/budget.ts'
import type { EndReport, Report } from '../../../worker/report/report.ts'
import { generationSchema } from '../../../worker/generation/schema.ts'
import { toAssetKey, toThumbnailKey } from '../../../worker/platform/bucket.ts'
import { checkAdmission } from '../checks/admissions.ts'
import type { Chance } from '../kernel/chance.ts'
import type { Life } from '../kernel/life.ts'
import type { Storage } from '../kernel/storage.ts'
import { Kernel, WorldError } from '../kernel/kernel.ts'
import type { AlarmFate } from '../kernel/objectHost.ts'
import { ObjectHost } from '../kernel/objectHost.ts'
import { TablePool } from '../kernel/tables.ts'
import type { Scenario } from '../scenario.ts'
import { MINUTE_MS } from '../scenario.ts'
import { Store } from './bucket.ts'
import { Facts } from './facts.ts'
import { Files } from './files.ts'
import { Receivers } from './receivers.ts'
import { Jobs } from './jobs.ts'
import type { Market } from './market.ts'
import { toMarket } from './market.ts'
import { Relay } from './relay.ts'
import { noErasure } from '../../objects/noErasure.ts'

export const ACCOUNT = 'acct_1'
const accountTables = new TablePool(accountSchema)
const generationTables = new TablePool(generationSchema)

export const DIGEST = 'digest of the key'

/** What a crash leaves of an attempt. */
type Left = { doubtful: number; link: string | null; page: string | null; job: string | null }

interface Binding {
  readonly id: string
  readonly at: number
  /** The step in which the account decided so. */
  readonly decidedAt: number
}

export class World {
  readonly scenario: Scenario
  readonly kernel: Kernel
  readonly relay: Relay
  readonly market: Market
  readonly jobs: Jobs
  readonly files: Files
  readonly store: Store
  readonly receivers: Receivers
  /** The account's own, told of every end. */
  readonly endpoint: string | null
  readonly account: ObjectHost<Account>
  readonly generations = new Map<string, ObjectHost<Generation>>()
  readonly facts = new Map<string, Facts>()
  /** Every line about an end, in order. */
  readonly told: EndReport[] = []
  /** What callers' idempotency keys stand for, by the latest answer. */
  readonly bindings = new Map<string, Binding>()
  /** A release is deployed in which no object can be made. */
  isBroken = false
  /** All objects live in one isolate; a crash of one tells the others nothing. */
  readonly #budget: Budget
  readonly #hangChance: Chance
  readonly #alarmChance: Chance
  readonly #limitChance: Chance
  #fullLeft: number
  #refusedAlarmsLeft: number
  readonly #beganAt: number
  readonly #alarmsLeft: { late: number; lost: number; readonly share: number }
  #hungCallsLeft: number

  constructor(scenario: Scenario, isTracing: boolean) {
    const { chance } = scenario.kernel
    this.scenario = scenario
    this.#hangChance = chance.fork('hung calls')
    this.#hungCallsLeft = scenario.hungCalls
    this.#alarmChance = chance.fork('alarms')
    this.#alarmsLeft = { ...scenario.alarms }
    this.#budget = new Budget(scenario.archivesAtOnce * toMostBytes(scenario.partBytes))
    this.#limitChance = chance.fork('storage limits')
    this.#fullLeft = scenario.storage.full
    this.#refusedAlarmsLeft = scenario.storage.refusedAlarms
    this.kernel = new Kernel({ ...scenario.kernel, isTracing })
    this.#beganAt = this.kernel.now
    this.market = toMarket(scenario.market, scenario.jobMs)
    this.jobs = new Jobs(this.kernel)
    const { relays } = this.market
    this.relay = new Relay(this.kernel, relays, this.jobs, scenario.fateOf)
    const shops = { relays, jobs: this.jobs }
    this.files = new Files(this.kernel, chance.fork('lengths'), scenario, shops)
    this.store = new Store(this.kernel, chance.fork('store'), scenario.store)
    this.endpoint = scenario.hasEndpoint ? 'https://endpoint.example/hook' : null
    this.receivers = new Receivers(this.kernel, scenario.webhookRefusals, scenario.webhookMs)
    this.account = new ObjectHost({
      ...this.#hosting('account'),
      tables: accountTables,
      create: (life, storage) => this.#createAccount(life, storage),
      onSeen: () => undefined,
      onCrash: () => undefined,
    })
  }

  generation(id: string): ObjectHost<Generation> {
    let host = this.generations.get(id)
    if (host === undefined) {
      host = new ObjectHost({
        ...this.#hosting(id),
        tables: generationTables,
        create: (life, storage) => this.#createGeneration(id, life, storage),
        onSeen: (generation, isNew) => this.#see(id, generation, isNew),
        onCrash: (storage) => this.#noteCrash(id, storage),
      })
      this.generations.set(id, host)
    }
    return host
  }

  /** What the account's Durable Object does with a call, watched. */
  admit(account: Account, request: AdmissionRequest): ReturnType<Account['admit']> {
    const admission = account.admit(DIGEST, request)
    this.#noteAdmission(request, admission)
    return admission
  }

  async cancel(host: ObjectHost<Generation>, generation: Generation): Promise<Description | null> {
    const facts = this.facts.get(generation.describe()?.identity.id ?? '')
    if (facts !== undefined && !facts.isOver && !hasLink(host.storage)) {
      facts.excuse = 'cancelled'
      facts.cancelledAt = this.kernel.now
    }
    return await generation.cancel()
  }

  async archiveAgain(id: string, generation: Generation): Promise<boolean> {
    const facts = this.facts.get(id)
    if (facts !== undefined) facts.archivesAsked++
    return await generation.archiveAgain()
  }

  /** Work nobody waits for. Only the world may make it fail. */
  deferOf(life: Life): (work: Promise<void>) => void {
    return (work) => {
      work.catch((error: unknown) => this.expectOurs(life.name, error))
    }
  }

  /** An error that the world did not make is a mistake in the code under test. */
  expectOurs(who: string, error: unknown): void {
    if (error instanceof WorldError) return
    // Without a call that hung, a limit that passes is a mistake, too.
    const mayHang = this.scenario.hungCalls > 0 || this.scenario.store.hangs > 0
    if (mayHang && error instanceof LimitReached) return
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.kernel.breach('no surprise', `${who}: ${text}`)
  }

  close(): void {
    this.account.storage.close()
    for (const host of this.generations.values()) host.storage.close()
  }

  #hosting(name: string) {
    const { doubleAlarmShare, lostCallShare } = this.scenario
    return {
      kernel: this.kernel,
      name,
      doubleAlarmShare,
      lostCallShare,
      now: this.#clockOf(name),
      limits: {
        refusesWrite: () => this.#refusesWrite(name),
        refusesAlarm: () => this.#refusesAlarm(),
      },
      alarmFate: () => this.#drawAlarmFate(name),
      isBroken: () => this.isBroken,
      report: (who: string, line: Report) => this.#report(who, line),
    }
  }

  #clockOf(name: string): Now {
    const { kernel, scenario } = this
    return () => kernel.now + scenario.clocks.aheadMs(name, kernel.now - this.#beganAt)
  }

  #refusesWrite(name: string): boolean {
    // The account was made before anything happens.
    if (
      this.#fullLeft === 0 ||
      this.kernel.steps === 0 ||
      !this.#limitChance.happens(this.scenario.storage.share)
    )
      return false
    this.#fullLeft--
    this.kernel.say(name, 'its storage is full')
    // What the relay said at that moment may be lost.
    const facts = this.facts.get(name)
    if (facts !== undefined && !facts.isOver) facts.excuse ??= 'its storage was full'
    return true
  }

  #refusesAlarm(): boolean {
    const { share } = this.scenario.storage
    if (
      this.#refusedAlarmsLeft === 0 ||
      this.kernel.steps === 0 ||
      !this.#limitChance.happens(share)
    )
      return false
    this.#refusedAlarmsLeft--
    return true
  }

  #drawAlarmFate(name: string): AlarmFate {
    const { late, lost, share } = this.#alarmsLeft
    if (late + lost === 0 || !this.#alarmChance.happens(share)) return { kind: 'rings', lateMs: 0 }
    if (this.#alarmChance.below(late + lost) < late) {
      this.#alarmsLeft.late--
      return { kind: 'rings', lateMs: 1 + this.#alarmChance.below(5 * MINUTE_MS) }
    }
    this.#alarmsLeft.lost--
    // It sleeps through the time to send the request, to look it up or to fetch the video.
    const facts = this.facts.get(name)
    if (facts !== undefined && !facts.isOver) facts.excuse ??= 'its alarm was lost'
    return { kind: 'lost', isSlotEmpty: this.#alarmChance.happens(0.5) }
  }

  #createAccount(life: Life, storage: Storage): Account {
    const { kernel, scenario } = this
    const chance = scenario.kernel.chance.fork(life.name)
    return new Account({
      sql: storage,
      alarm: storage.alarmSlot,
      now: this.#clockOf('account'),
      sleep: kernel.sleepOf(life),
      report: (line) => this.#report(life.name, line),
      random: (bytes) => chance.bytes(bytes),
      generations: {
        abandon: (owner) =>
          this.generation(owner.identity.id).call(life, 'abandon', (one) => one.abandon(owner)),
        wake: (id) => this.generation(id).call(life, 'wake', (one) => one.wake()),
      },
      erasure: noErasure,
      tellOperator: null,
      askRestoredUntil: () => Promise.resolve(null),
      post: (url, body, headers) => this.receivers.post(life, url, body, headers),
      defer: this.deferOf(life),
      settings: scenario.settings,
    })
  }

  #createGeneration(id: string, life: Life, storage: Storage): Generation {
    const { kernel, scenario, relay, files, store } = this
    const chance = scenario.kernel.chance.fork(life.name)
    return new Generation({
      sql: storage,
      alarm: storage.alarmSlot,
      now: this.#clockOf(id),
      sleep: kernel.sleepOf(life),
      random: (bytes) => chance.bytes(bytes),
      relay: { send: (request) => relay.send(life, id, request) },
      outbound: {
        download: (url, signal, headers) => files.download(life, id, { url, headers }, signal),
        readText: () => relay.look(life, id),
      },
      bucket: store.lendTo(life),
      partBytes: scenario.partBytes,
      createDigest,
      budget: {
        take: async (bytes, { sleep }, options) => {
          // An isolate is on one machine, whatever those of the world's other objects say.
          const clock = { now: this.#clockOf('isolate'), sleep }
          const share = await this.#budget.take(bytes, clock, options)
          return life.alive ? share : await new Promise<never>(() => undefined)
        },
      },
      account: {
        settle: (_account, one, settlement) =>
          this.#callAccount(life, 'settle', (account) => account.settle(one, settlement)),
        forget: (_account, one) =>
          this.#callAccount(life, 'forget', (account) => account.forget(one)),
        suspend: (_account, relay, code) =>
          this.#callAccount(life, 'suspend', (account) => account.suspend(relay, code)),
        settleLate: (_account, one, truth) =>
          this.#callAccount(life, 'settle late', (account) => {
            this.facts.get(one)?.learn(truth.charge)
            return account.settleLate(one, truth)
          }),
      },
      erase: async () => {
        storage.erase()
        await storage.flush()
      },
      defer: this.deferOf(life),
      report: (line) => this.#report(life.name, line),
      limits: scenario.limits,
      ...this.market,
    })
  }

  /** The first few are never answered, heard or not. */
  #callAccount(
    life: Life,
    what: string,
    invoke: (account: Account) => Promise<void>,
  ): Promise<void> {
    if (this.#hungCallsLeft <= 0) return this.account.call(life, what, invoke)
    this.#hungCallsLeft--
    this.kernel.say(life.name, `${what} is not answered`)
    if (this.#hangChance.happens(0.5)) {
      this.account.call(life, what, invoke).catch((error: unknown) => {
        this.expectOurs(life.name, error)
      })
    }
    return new Promise<never>(() => undefined)
  }

  #noteAdmission(request: AdmissionRequest, admission: Admission): void {
    this.kernel.say('account', `${admission.kind} ${'id' in admission ? admission.id : ''}`)
    if (admission.kind === 'refused') return
    if (admission.kind === 'admitted') {
      checkAdmission(this, request)
      const { id } = request.identity
      const isVideoTold = () =>
        this.relay.pageOf(id) === 'completes' ||
        this.jobs.of(id).some(({ told }) => told === 'video')
      this.facts.set(id, new Facts(this.kernel, request, isVideoTold))
    }
    this.facts.get(admission.identity.id)?.suspended.push(admission.suspended ?? [])
  }

  #see(id: string, generation: Generation, isNew: boolean): void {
    const facts = this.facts.get(id)
    const { log } = generation
    if (facts === undefined) {
      if (log !== null) this.kernel.breach('I10', `${id} was started and never admitted`)
      return
    }
    if (log !== null) {
      facts.follow(log, isNew)
      this.#lookAt(facts)
    } else if (isNew && facts.endings.length > 0) this.#noteErased(facts)
    else if (isNew && facts.isAccepted) this.kernel.breach('I10', `${id} was accepted and is lost`)
  }

  /** Somebody looks at what has just been made, and its thumbnail is kept with it. */
  #lookAt(facts: Facts): void {
    if (facts.isLookedAt || facts.isRemovalAsked || facts.lastEnding?.status !== 'completed') return
    facts.isLookedAt = true
    this.store.objects.set(toThumbnailKey(facts.id), { bytes: 1, sha256: null, etag: '' })
  }

  #noteErased(facts: Facts): void {
    facts.isErased = true
    const endedAt = facts.lastEnding?.at ?? Infinity
    const { limits, clocks } = this.scenario
    const isExpired = endedAt + limits.retentionMs <= this.kernel.now + clocks.apartMs
    if (!facts.isOver || !(facts.isRemovalAsked || isExpired)) {
      this.kernel.breach('I10', `${facts.id} is gone before its time`)
    }
  }

  /** A crash excuses from making a video only where the relay was at work and nobody can ask it. */
  #noteCrash(id: string, storage: Storage): void {
    const [archive] = storage.inspect<{ upload: string | null; tries: number | null }>(
      "SELECT archive ->> '$.uploadId' AS upload, archive ->> '$.tries' AS tries FROM generation",
    )
    this.store.forgetUploads(toAssetKey(id), archive?.upload ?? null)
    const facts = this.facts.get(id)
    if (facts === undefined) return
    // Before its first try it waits for room, which costs it no time.
    if ((archive?.tries ?? 0) > 0) facts.archivesBroken++
    const [row] = storage.inspect<Left>(
      `SELECT attempt IS NOT NULL AND attempt ->> '$.endedAt' IS NULL AS doubtful, link,
         status_url AS page, job FROM generation`,
    )
    if (row === undefined || row.doubtful === 0) return
    // On a slow disk only the rows can tell what was durable; else all that was heard must be.
    const isSlow = this.scenario.kernel.slowDiskShare > 0
    const hasLink = isSlow ? row.link !== null : this.relay.wasTold(id, 'link')
    const hasPage = isSlow ? row.page !== null : this.relay.wasTold(id, 'page')
    const hasJob = isSlow ? row.job !== null : this.relay.wasTold(id, 'job')
    const isKnown = hasLink || hasJob || (hasPage && this.relay.pageOf(id) === 'completes')
    if (!isKnown) facts.excuse = 'crashed'
  }

  #report(who: string, line: Report): void {
    this.kernel.say(who, line.what)
    if (line.what === 'generation ended') this.told.push(line)
    if ('error' in line) this.expectOurs(who, line.error)
  }
}

function hasLink(storage: Storage): boolean {
  return storage.inspect('SELECT 1 FROM generation WHERE link IS NOT NULL').length > 0
}

function createDigest(algorithm: 'SHA-256' | 'MD5'): Digest {
  const hash = createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
  return {
    async update(bytes) {
      hash.update(bytes)
    },
    async hex() {
      return hash.digest('hex')
    },
  }
}
