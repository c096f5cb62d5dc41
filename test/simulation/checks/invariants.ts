// What must hold in every world: the design's invariants, asked after each step, at each generation's
// deadline, and when all is over.

import type { Ending, Facts } from '../world/facts.ts'
import { video, videoHash } from '../world/files.ts'
import { checkBookedIsTold, checkTales } from './told.ts'
import { type GenerationEvent, isTerminal } from '../../../shared/video/events.ts'
import type { Storage } from '../kernel/storage.ts'
import type { World } from '../world/world.ts'
import { toAssetKey } from '../../../worker/platform/bucket.ts'
import type { Scenario } from '../scenario.ts'
import { HOUR_MS } from '../scenario.ts'
import { checkCancelled, checkCorrection, checkLateTold, checkLateTruth } from './late.ts'
import { checkReserved, checkSpent, toOwed } from './money.ts'
import { checkLook, checkOrders, isPassedOn } from './orders.ts'

/** Waits, one whole answer, twenty minutes of look-ups, half an hour of archiving, and crashes. */
const DEADLINE_MS = 2 * HOUR_MS
/** A lost alarm is found by a visitor of the account or by its hourly look, and what it should have done takes its time. */
const LOST_MS = 8 * HOUR_MS
/** An archive that was asked for again takes half an hour. */
const REOPENED_MS = HOUR_MS
/** A day of doubt after the latest end, and the alarm that ends it. */
const HOLD_MS = 25 * HOUR_MS

/** How long after its admission a generation must have ended, and how long after it holds must have. */
export function toDeadlines({ alarms, clocks }: Scenario): {
  readonly endMs: number
  readonly holdMs: number
} {
  // A clock that steps back delays what is planned, once for each thing that waits for another.
  const endMs = DEADLINE_MS + alarms.lost * LOST_MS + 4 * clocks.apartMs
  return { endMs, holdMs: endMs + HOLD_MS + clocks.apartMs }
}

/** After every step. */
export class StepChecks {
  readonly #world: World
  #accountVersion = -1
  #posts = 0
  #looks = 0
  #endings = 0
  #messages = 0

  constructor(world: World) {
    this.#world = world
  }

  check(): void {
    this.#checkMoney()
    this.#checkPosts()
    this.#checkLooks()
    this.#checkVideos()
    this.#checkMessages()
  }

  /** Nobody is told of an end that was not written before, nor of one that never began. */
  #checkMessages(): void {
    const { kernel, receivers, facts, relay } = this.#world
    for (const { videoId, type } of receivers.received.slice(this.#messages)) {
      const endings = facts.get(videoId)?.endings ?? []
      // The relay refuses what it was sent, so without a POST this end means that it was abandoned.
      const isUnsent = relay.postsOf(videoId).length === 0
      if (isUnsent && endings.some(({ code }) => code === 'upstream_unavailable')) {
        kernel.breach('webhooks', `${type} of ${videoId} was told, and nobody knows that id`)
      }
      if (!endings.some(({ status }) => type === `video.${status}`)) {
        kernel.breach('webhooks', `${type} of ${videoId} was told before it was so`)
      }
    }
    this.#messages = receivers.received.length
  }

  #checkMoney(): void {
    const { relay, account } = this.#world
    const { version } = account.storage
    if (version === this.#accountVersion && relay.posts === this.#posts) return
    this.#accountVersion = version
    checkReserved(this.#world)
  }

  #checkPosts(): void {
    const { relay, facts } = this.#world
    if (relay.posts === this.#posts) return
    this.#posts = relay.posts
    for (const one of facts.values()) checkOrders(this.#world, one)
  }

  #checkLooks(): void {
    const { jobs, facts } = this.#world
    if (jobs.looks === this.#looks) return
    this.#looks = jobs.looks
    const one = facts.get(jobs.lookedFor)
    if (one !== undefined) checkLook(this.#world, one)
  }

  /** `completed` means stored, with its size and hash; no charge means that nothing was billed. */
  #checkVideos(): void {
    const all = [...this.#world.facts.values()]
    const endings = all.reduce((sum, facts) => sum + facts.endings.length, 0)
    if (endings === this.#endings) return
    this.#endings = endings
    for (const facts of all) checkEnding(this.#world, facts)
  }
}

function checkEnding(world: World, facts: Facts): void {
  const { kernel, relay, store } = world
  const { limits, clocks } = world.scenario
  const ending = facts.lastEnding
  if (ending === null || !facts.isOver) return
  if (ending.status === 'completed' && !facts.isErased && !facts.isRemovalAsked) {
    const stored = store.objects.get(toAssetKey(facts.id))
    const isWhole = stored?.bytes === video.byteLength && (stored.sha256 ?? videoHash) === videoHash
    if (!isWhole && ending.at + limits.retentionMs > kernel.now + clocks.apartMs) {
      kernel.breach('stored', `${facts.id} is completed and its video is not there`)
    }
  }
  const isBilled = relay.postsOf(facts.id).some((post) => relay.billedFor(post) > 0)
  if (ending.charge === 'none' && isBilled) {
    kernel.breach('money', `${facts.id} says that nothing was charged, and it was billed`)
  }
}

/** A generation's time is up: it must have ended, its account must know, nothing may be lost. */
export function checkDeadline(world: World, facts: Facts): void {
  const { kernel, account } = world
  const [row] = account.storage.inspect<{ state: string; endedAt: number | null }>(
    'SELECT state, ended_at AS endedAt FROM generation WHERE id = ?',
    facts.id,
  )
  // Its admission was never durable: nobody heard of it.
  if (row === undefined && !facts.isAccepted && facts.endings.length === 0) return
  const { reopenedAt } = facts
  if (reopenedAt !== null && !facts.isOver && kernel.now - reopenedAt < REOPENED_MS) return
  // Its account knows that it has ended once, and comes to look at the end of its time only.
  if (reopenedAt !== null && world.scenario.alarms.lost > 0) return
  const isEndStored = facts.isOver || hasStoredEnd(world, facts.id)
  if (!isEndStored) return kernel.breach('bounded time', `${facts.id} has not ended`)
  if (row === undefined || row.state === 'admitted' || row.state === 'open') {
    return kernel.breach('bounded time', `the account thinks ${facts.id} is ${row?.state}`)
  }
  if (!facts.isOver) return
  if (row.endedAt !== null) checkBookedIsTold(world, facts.id, row.endedAt)
  checkNothingLost(world, facts)
  const fate = world.relay.fatesOf(facts.id).at(-1)
  const ending = facts.endings[0]
  const isClaimed = ending?.status === 'failed' && ending.outcome === 'known'
  // A job that outlived a lost alarm may have been heard to end.
  const isTold = world.jobs.of(facts.id).some(({ told }) => told !== null)
  if (
    fate?.isUnknown === true &&
    !isTold &&
    isClaimed &&
    facts.excuse !== 'cancelled' &&
    !isArchiving(ending)
  ) {
    kernel.breach('outcome', `${facts.id} claims to know how it ended: ${ending.code}`)
  }
}

/** Its object told its account and died before any reader, its alarm was lost, and nobody asked since. */
function hasStoredEnd(world: World, id: string): boolean {
  const [last] =
    world.generations
      .get(id)
      ?.storage.inspect<{ event: string }>('SELECT event FROM log ORDER BY offset DESC LIMIT 1') ??
    []
  return last !== undefined && isTerminal(JSON.parse(last.event) as GenerationEvent)
}

/** A day after its end at the latest, nothing is held for a generation. */
export function checkHold(world: World, facts: Facts): void {
  const [row] = world.account.storage.inspect<{ hold: number }>(
    'SELECT hold FROM generation WHERE id = ?',
    facts.id,
  )
  if (row !== undefined && row.hold > 0) {
    world.kernel.breach('money', `${facts.id} is still held for`)
  }
  checkSpent(world, facts)
  checkLateTruth(world, facts)
  checkCorrection(world, facts)
  checkCancelled(world, facts)
}

function isArchiving({ code }: Ending): boolean {
  return code === 'download_failed' || code === 'storage_failed'
}

/** Without a fault there is a video, and with one that the protocol survives, too. */
function checkNothingLost(world: World, facts: Facts): void {
  const { kernel, relay, scenario } = world
  const ending = facts.endings[0]
  if (ending === undefined || ending.status === 'completed' || facts.excuse !== null) return
  const fates = relay.fatesOf(facts.id)
  if (fates.length === 0) {
    if (facts.isAccepted) kernel.breach('video', `${facts.id} was accepted and never sent`)
    return
  }
  // So short a time may pass before an answer that is late.
  const isTooLate = ending.code === 'timeout' && scenario.jobMs !== undefined
  const isLost = fates.at(-1)?.promises === 'video' || (!isTooLate && isPassedOn(world, facts))
  // A slow file takes two fifths of the time that an archive has: twice in vain, and too little is left.
  // A crash must not prolong it, or an archive that always crashes would never end.
  const isCutShort = facts.archivesBroken > 1 && scenario.downloadOf(facts.id, 0) === 'slow'
  const mayLose = (scenario.mayLoseArchive || isCutShort) && isArchiving(ending)
  if (isLost && !mayLose) {
    kernel.breach('video', `${facts.id} failed with ${ending.code} and should have a video`)
  }
}

/** Long after everything: every hold has ended, everything is forgotten, nobody was overcharged. */
export function checkRest(world: World): void {
  const { kernel, scenario, account, generations, store, facts } = world
  for (const [id, host] of generations) {
    if (scenario.alarms.lost > 0 && isHusk(host.storage)) continue
    if (!host.storage.isEmpty) kernel.breach('forget', `${id} still stores something`)
    if (host.storage.alarm !== null) kernel.breach('forget', `${id} still has an alarm`)
  }
  // Uploads of a disk that did not take their ids are dropped by the store.
  const open = scenario.storage.full === 0 ? store.openUploads : []
  for (const id of open)
    kernel.breach('uploads', `${id} was begun, and neither completed nor dropped`)
  for (const key of store.objects.keys()) kernel.breach('forget', `${key} is still in the store`)
  const { outlivesTombstones } = scenario
  const rows = account.storage.inspect<{ id: string; state: string }>(
    'SELECT id, state FROM generation',
  )
  for (const { id, state } of rows) {
    if (outlivesTombstones || state !== 'gone') kernel.breach('forget', `${id} still is ${state}`)
  }
  const [books] = account.storage.inspect<{ held: number; spent: number }>(
    'SELECT sum(held) AS held, sum(spent) AS spent FROM api_key',
  )
  if (books !== undefined && books.held !== 0) kernel.breach('money', `${books.held} held for ever`)
  let [least, most] = [0, 0]
  for (const one of facts.values()) {
    checkTold(world, one)
    checkTales(world, one)
    checkLateTold(world, one)
    const owed = toOwed(world, one)
    least += owed.least
    most += owed.most
  }
  if (books !== undefined && (books.spent < least || books.spent > most)) {
    kernel.breach('money', `${books.spent} spent, ${least} to ${most} owed`)
  }
}

/** Forgotten by its account, and its last alarm lost: no content is left, and nobody asks after it. */
function isHusk(storage: Storage): boolean {
  const [row] = storage.inspect<{ deleted: number; request: string | null; link: string | null }>(
    'SELECT deleted, request, link FROM generation',
  )
  return row?.deleted === 1 && row.request === null && row.link === null
}

/** Whoever asked for it was told, each end under one id. */
function checkTold({ kernel, receivers }: World, facts: Facts): void {
  for (const url of facts.webhooks) {
    const told = receivers.received.filter((one) => one.url === url && one.videoId === facts.id)
    const ids = new Set(told.map(({ webhookId }) => webhookId))
    if (ids.size === 0) kernel.breach('webhooks', `${url} never heard of ${facts.id}`)
    if (ids.size > facts.endings.length) {
      kernel.breach(
        'webhooks',
        `${facts.id} ended ${facts.endings.length} times, told as ${ids.size}`,
      )
    }
  }
}
