// One world from its beginning to long after its end. The same scenario gives the same trace, and the
// first thing that must not happen ends it.

import { Account } from '../../worker/account/account.ts'
import { callTheApi } from './caller.ts'
import {
  checkDeadline,
  checkHold,
  checkRest,
  StepChecks,
  toDeadlines,
} from './checks/invariants.ts'
import { Life } from './kernel/life.ts'
import type { Violation } from './kernel/kernel.ts'
import type { Scenario } from './scenario.ts'
import { DAY_MS, HOUR_MS } from './scenario.ts'
import { ACCOUNT, DIGEST, World } from './world/world.ts'
import { noErasure } from '../objects/noErasure.ts'

export interface Outcome {
  readonly name: string
  readonly violation: Violation | null
  /** Places where a life could have ended, and how often one did. */
  readonly places: number
  /** Messages that could have been late. */
  readonly messages: number
  readonly crashes: number
  readonly steps: number
  readonly posts: number
  readonly completed: number
  readonly trace: readonly string[]
}

export async function simulate(scenario: Scenario, isTracing = false): Promise<Outcome> {
  const world = new World(scenario, isTracing)
  const { kernel } = world
  createAccount(world)
  const checks = new StepChecks(world)
  const lastCallMs = startCallers(world)
  for (const at of scenario.deploysMs) kernel.timeline.add(at, null, () => deploy(world))
  if (scenario.broken !== null) breakFor(world, scenario.broken)
  const beganAt = kernel.now
  const { endMs, holdMs } = toDeadlines(scenario)
  let checked = 0
  const onStep = () => {
    checks.check()
    if (world.facts.size === checked) return
    for (const facts of [...world.facts.values()].slice(checked)) {
      kernel.timeline.add(endMs, null, () => checkDeadline(world, facts))
      kernel.timeline.add(holdMs, null, () => checkHold(world, facts))
    }
    checked = world.facts.size
  }
  // A lost alarm is found within a day, and what it should have ended is kept from then on.
  const lostMs = scenario.alarms.lost * (scenario.limits.retentionMs + 2 * DAY_MS)
  // What is found a day after its end is kept as long as any other.
  const lateMs = scenario.market === 'chat' ? 0 : 25 * HOUR_MS
  const keptMs = lateMs + scenario.limits.retentionMs
  const forgottenMs = lastCallMs + endMs + keptMs + lostMs + 2 * HOUR_MS
  // Tombstones and idempotency keys live for a week after the last video is forgotten.
  const restMs = scenario.outlivesTombstones ? forgottenMs + 9 * DAY_MS : forgottenMs
  if (scenario.alarms.lost > 0) visit(world, restMs)
  const onUnheard = (error: unknown) => kernel.breach('no surprise', `nobody hears: ${error}`)
  process.on('unhandledRejection', onUnheard)
  await kernel.run(beganAt + restMs, onStep)
  process.off('unhandledRejection', onUnheard)
  if (kernel.violation === null) checkRest(world)
  const outcome = {
    name: scenario.name,
    violation: kernel.violation,
    places: kernel.crashes.places,
    messages: kernel.messages,
    crashes: kernel.crashes.count,
    steps: kernel.steps,
    posts: world.relay.posts,
    completed: [...world.facts.values()].filter(
      ({ lastEnding }) => lastEnding?.status === 'completed',
    ).length,
    trace: kernel.trace,
  }
  world.close()
  return outcome
}

/** There is an account with one key before anything happens. */
function createAccount({ account, scenario, kernel, endpoint }: World): void {
  const { storage } = account
  const first = new Account({
    sql: storage,
    alarm: storage.alarmSlot,
    now: () => kernel.now,
    random: (bytes) => new Uint8Array(bytes),
    sleep: async () => undefined,
    report: () => undefined,
    erasure: noErasure,
    tellOperator: null,
    askRestoredUntil: () => Promise.resolve(null),
    generations: { abandon: async () => 'alive', wake: async () => 'awake' },
    post: async () => ({ ok: true, status: 200 }),
    defer: () => undefined,
    settings: scenario.settings,
  })
  first.createKey(ACCOUNT, {
    id: 'key_1',
    digest: DIGEST,
    name: 'the key',
    hint: '',
    scopes: ['generate'],
    budget: scenario.budget,
    rpm: null,
    concurrency: null,
    expiresAt: null,
  })
  if (endpoint !== null) {
    const eventTypes = ['video.completed', 'video.failed'] as const
    first.webhooks.createEndpoint({
      id: 'we_1',
      name: '',
      url: endpoint,
      eventTypes,
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    })
  }
  account.commit()
}

/** When the last of them does its last thing, ms after the beginning. */
function startCallers(world: World): number {
  let created = 0
  const ids = { next: () => `video_${String(++created)}` }
  let lastMs = 0
  for (const [index, plan] of world.scenario.callers.entries()) {
    void callTheApi(world, plan, `caller ${index}`, ids)
    lastMs = Math.max(
      lastMs,
      plan.deeds.reduce((sum, { afterMs }) => sum + afterMs + 5 * 60_000, plan.startMs),
    )
  }
  return lastMs
}

/** Somebody uses the account now and then: nobody else could find that its alarm is lost. */
function visit(world: World, untilMs: number): void {
  for (let at = 2 * HOUR_MS; at < untilMs; at += 2 * HOUR_MS) {
    world.kernel.timeline.add(at, null, () => {
      const visitor = new Life('visitor')
      world.account
        .call(visitor, 'authenticate', async (account) => account.authenticate(DIGEST, 'read'))
        .catch((error: unknown) => world.expectOurs(visitor.name, error))
    })
  }
}

function breakFor(
  world: World,
  { atMs, forMs }: { readonly atMs: number; readonly forMs: number },
): void {
  const { timeline } = world.kernel
  timeline.add(atMs, null, () => {
    world.isBroken = true
    deploy(world)
  })
  timeline.add(atMs + forMs, null, () => {
    world.isBroken = false
  })
}

function deploy({ kernel, account, generations }: World): void {
  kernel.say('platform', 'deploys')
  account.evict()
  for (const host of generations.values()) host.evict()
}
