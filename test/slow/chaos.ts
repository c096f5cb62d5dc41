// Chaos on the real runtime: `node test/slow/chaos.ts [--seed 1] [--generations 300] [--kills 15]`.
// Everything a relay may do, readers that come and go, kills at random moments. The seed decides what
// each has in mind; where a kill falls is up to the machine. Exits with 1 when a promise was broken.

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Chance } from '../simulation/kernel/chance.ts'
import { ChaosSite } from './chaos/chaosSite.ts'
import type { Order } from './chaos/customer.ts'
import { order, readAlong } from './chaos/customer.ts'
import type { Fate } from './chaos/fates.ts'
import { drawFate } from './chaos/fates.ts'
import { fetchVideo, judge, PRICE_USD, readBooks } from './chaos/judge.ts'

/** Between two orders. */
const ORDER_MS = 400
/** The runtime lives for so long between two kills, ms: at least, and by chance more. */
const LIFE_MS = { least: 3_000, more: 12_000 }
/** A message whose first try met a kill or a refusal comes again within this. */
const TOLD_MS = 180_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    generations: { type: 'string', default: '300' },
    kills: { type: 'string', default: '15' },
  },
})
const count = Number(values.generations)
/** At least so many; 0 for none at all. */
const leastKills = Number(values.kills)
const chance = new Chance(`chaos ${values.seed}`)
console.log(`chaos: --seed ${values.seed} --generations ${count}`)

const fates = new Map<string, Fate>()
const refusals = new Set<string>()
for (let n = 1; n <= count; n += 1) {
  const draw = chance.fork(`fate ${n}`)
  fates.set(`clip ${n}`, drawFate(draw))
  if (draw.happens(0.25)) refusals.add(`clip ${n}`)
}
function fateOf(prompt: string): Fate {
  const fate = fates.get(prompt)
  if (fate === undefined) throw new Error(`nobody ordered ${prompt}`)
  return fate
}

const startedAt = performance.now()
const site = await ChaosSite.start(fateOf, refusals)
const orders: Order[] = []
const broken: string[] = []
let isOver = false
let polls = 0
try {
  const background = Promise.all([killNowAndThen(), watchBooks()])
  const customers: Promise<void>[] = []
  for (const prompt of fates.keys()) {
    customers.push(beCustomer(prompt, chance.fork(`customer of ${prompt}`)))
    await sleep(ORDER_MS)
  }
  await Promise.all(customers)
  const endedAt = performance.now()
  while (site.kills < leastKills || (!isEverybodyTold() && performance.now() - endedAt < TOLD_MS)) {
    await sleep(500)
  }
  isOver = true
  await background
  broken.push(...(await judge(site, orders, fateOf)))
  await tell()
} finally {
  isOver = true
  await site.close()
}
if (broken.length > 0) process.exitCode = 1

async function beCustomer(prompt: string, own: Chance): Promise<void> {
  const one = await order(site, prompt)
  orders.push(one)
  const readers = own.happens(0.3) ? 2 : 1
  const forks = Array.from({ length: readers }, (_, reader) => own.fork(`reader ${reader}`))
  await Promise.all(forks.map((fork) => readAlong(site, one, fork)))
}

/** Until nobody orders or reads any more; webhooks then have their peace. */
async function killNowAndThen(): Promise<void> {
  if (leastKills === 0) return
  const kills = chance.fork('kills')
  while (orders.length < count || site.kills < leastKills) {
    await sleep(LIFE_MS.least + kills.below(LIFE_MS.more))
    if (isOver) return
    await site.kill()
  }
}

/** What is held and spent together is never less than what the relay had billed when it was asked. */
async function watchBooks(): Promise<void> {
  while (!isOver) {
    const billed = site.relay.billed.length * PRICE_USD
    const { held, spent } = await readBooks(site)
    polls += 1
    if (held + spent < billed - 1e-6)
      broken.push(`${held} held + ${spent} spent < ${billed} billed`)
    await sleep(400)
  }
}

function isEverybodyTold(): boolean {
  const told = new Set(site.told.map(({ prompt }) => prompt))
  return [...fates.keys()].every((prompt) => told.has(prompt))
}

async function tell(): Promise<void> {
  const ends = await Promise.all(orders.map(({ id }) => fetchVideo(site, id)))
  const completed = ends.filter(({ status }) => status === 'completed').length
  const doubtful = ends.filter(({ outcome }) => outcome === 'unknown').length
  const readers = orders.reduce((sum, { logs }) => sum + logs.length, 0)
  const openings = orders.reduce((sum, one) => sum + one.openings, 0)
  const events = orders.reduce((sum, { logs }) => sum + logs.flat().length, 0)
  console.log(
    `${orders.length} generations, ${site.kills} kills, ${site.posts.length} POSTs, ` +
      `${site.relay.billed.length} billed, ${completed} completed, ${doubtful} doubtful, ` +
      `${readers} readers in ${openings} openings saw ${events} events, ${polls} looks at the books, ` +
      `${site.told.length} messages, ${site.reported.size} lines of ends, ` +
      `${broken.length} violations, ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
  for (const sentence of broken.slice(0, 20)) console.log(`  ${sentence}`)
}
