// Who may be asked for what, over all relays: one order at most that may cost money, the next relay
// only after one that surely did nothing, nobody who is suspended, and no look for ever.

import { takesAll } from '../scenario.ts'
import type { Fate } from '../world/fates.ts'
import type { Facts } from '../world/facts.ts'
import { DAY_MS, MINUTE_MS } from '../world/measures.ts'
import type { World } from '../world/world.ts'

/** Those that may be followed by another order. */
const passedOn: ReadonlySet<Fate['promises']> = new Set(['again', 'on'])

/** Call after a POST. */
export function checkOrders(world: World, facts: Facts): void {
  const { kernel, relay, scenario, market } = world
  const { id } = facts
  const posts = relay.postsOf(id)
  if (posts.filter(({ fate }) => fate.isBilled).length > 1) {
    kernel.breach('one POST', `${id} was billed twice`)
  }
  const early = posts.slice(0, -1).find(({ fate }) => !passedOn.has(fate.promises))
  if (early !== undefined) {
    kernel.breach('one POST', `${id} was sent again after: ${early.fate.kind}`)
  }
  const asked = new Set(posts.map((post) => post.relay.id))
  if (posts.length - asked.size > scenario.limits.retries) {
    kernel.breach('one POST', `${id} was sent ${posts.length} times`)
  }
  const last = posts.at(-1)
  if (last === undefined) return
  const name = last.relay.id
  if (posts.slice(0, -1).some((one) => one.relay.id === name && one.fate.promises === 'on')) {
    kernel.breach('one POST', `${name} was asked again for ${id}, and can do nothing for it`)
  }
  const before = posts.at(-2)
  const refusal = before?.fate.kind === 'refused' ? before.fate.refusal : null
  if (before !== undefined && (refusal === 'no money' || refusal === 'wrong key')) {
    checkSuspended(world, before.relay.id)
  }
  const lists = facts.suspended
  const open = market.relays.some((one) => lists.every((list) => !list.includes(one.id)))
  if (open && lists.length > 0 && lists.every((list) => list.includes(name))) {
    kernel.breach('suspended', `${name} was asked for ${id}, and is suspended`)
  }
}

/** Before the next relay is asked, the account knows whom nobody of it need ask. */
function checkSuspended({ kernel, account, scenario }: World, name: string): void {
  const { lostCallShare, hungCalls, storage, broken } = scenario
  const mayBeLost = lostCallShare + hungCalls + kernel.crashes.count > 0 || storage !== takesAll
  if (mayBeLost || broken !== null) return
  const rows = account.storage.inspect('SELECT 1 FROM suspension WHERE relay = ?', name)
  if (rows.length === 0) kernel.breach('suspended', `${name} refuses everything of ours, untold`)
}

/** A relay that the last refusal leaves: must it be asked? */
export function isPassedOn(world: World, facts: Facts): boolean {
  const { relay, scenario, market } = world
  const posts = relay.postsOf(facts.id)
  const last = posts.at(-1)
  if (last === undefined || !passedOn.has(last.fate.promises)) return false
  const asked = new Set(posts.map((post) => post.relay.id))
  const isOpen = (id: string) => facts.suspended.every((list) => !list.includes(id))
  if (market.relays.some(({ id }) => isOpen(id) && !asked.has(id))) return true
  const isLatest = (post: (typeof posts)[number]) =>
    post === posts.findLast((one) => one.relay.id === post.relay.id)
  const again = posts.findLast((post) => mayRepeat(post.fate) && isLatest(post))
  const repeats = posts.length - asked.size
  return again?.fate.promises === 'again' && repeats < scenario.limits.retries
}

/** Also one who asks for more patience than there is. */
function mayRepeat(fate: Fate): boolean {
  if (fate.promises === 'again') return true
  return fate.kind === 'refused' && fate.refusal === 'busy for an hour'
}

/** Call after a look at a job. */
export function checkLook(world: World, facts: Facts): void {
  const { kernel, scenario } = world
  const [first] = facts.endings
  const lastAt = (first?.at ?? Infinity) + DAY_MS + 5 * MINUTE_MS + 2 * scenario.clocks.apartMs
  if (facts.isErased || (scenario.alarms.lost === 0 && kernel.now > lastAt)) {
    kernel.breach('looks', `the job of ${facts.id} is asked for when nobody should`)
  }
}
