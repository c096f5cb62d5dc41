// Somebody who uses the API through the very loop of the Worker's `submit`: asks, retries when told
// to, does one thing and another, and may be gone at any moment.

import type { GenerationRequest } from '../../shared/request/request.ts'
import type { Submission } from '../../worker/submission/admitAndStart.ts'
import { admitAndStart } from '../../worker/submission/admitAndStart.ts'
import { HttpError } from '../../worker/http/errors.ts'
import { checkReply } from './checks/replies.ts'
import { Life } from './kernel/life.ts'
import { WorldError } from './kernel/kernel.ts'
import type { CallerPlan, Deed } from './scenario.ts'
import { PRICE } from './scenario.ts'
import type { World } from './world/world.ts'
import { ACCOUNT } from './world/world.ts'

/** What the official client does. */
const RETRIES = 2
const RETRY_MS = 1_000

export interface Ids {
  next(): string
}

export async function callTheApi(
  world: World,
  plan: CallerPlan,
  name: string,
  ids: Ids,
): Promise<void> {
  const life = new Life(name)
  const sleep = world.kernel.sleepOf(life)
  try {
    await sleep(plan.startMs)
    let submission = await submitWithRetries(world, life, plan, ids)
    for (const { afterMs, deed } of plan.deeds) {
      await sleep(afterMs)
      if (deed === 'again') submission = await submitWithRetries(world, life, plan, ids)
      else if (submission !== null) await act(world, life, submission, deed)
    }
  } catch (error) {
    world.expectOurs(name, error)
  }
}

async function submitWithRetries(
  world: World,
  life: Life,
  plan: CallerPlan,
  ids: Ids,
): Promise<Submission | null> {
  for (let tries = 0; ; tries++) {
    try {
      const decision = { at: 0 }
      const submission = await submit(world, life, plan, ids, tries > 0, decision)
      world.kernel.say(life.name, `has ${submission.description.identity.id}, ${submission.via}`)
      checkReply(world, plan, submission, decision.at)
      return submission
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      world.kernel.say(life.name, `is refused: ${error.code}`)
      if (error.code !== 'try_again' || tries === RETRIES) return null
      await world.kernel.sleepOf(life)(RETRY_MS)
    }
  }
}

async function submit(
  world: World,
  life: Life,
  plan: CallerPlan,
  ids: Ids,
  isRetry: boolean,
  decision: { at: number },
): Promise<Submission> {
  return await admitAndStart(
    {
      createId: async () => ids.next(),
      admit: (request) =>
        world.account.call(life, 'admit', async (account) => {
          decision.at = world.kernel.steps
          return world.admit(account, request)
        }),
      generation: (id) => ({
        describe: () => world.generation(id).call(life, 'describe', async (one) => one.describe()),
        start: (spec) => world.generation(id).call(life, 'start', (one) => world.start(one, spec)),
      }),
      onUnreached: (error) => world.expectOurs(life.name, error),
    },
    {
      account: ACCOUNT,
      request: toRequest(plan.key),
      asked: {
        key: plan.key,
        identity: {
          id: '',
          model: 'sora-2',
          prompt: plan.key,
          size: '720x1280',
          seconds: '4',
          remixedFrom: null,
          metadata: {},
          createdAt: 0,
        },
        cost: PRICE,
        idempotencyHash: plan.idempotencyKey,
        directives: {
          noCache: plan.directive === 'no-cache',
          noStore: plan.directive === 'no-store',
          onlyIfCached: plan.directive === 'only-if-cached',
          maxAgeSeconds: null,
        },
        isRetry,
        acceptPossibleCharge: plan.acceptPossibleCharge,
        webhook: plan.webhook === null ? null : { url: plan.webhook, secret: null },
      },
    },
  )
}

async function act(
  world: World,
  life: Life,
  { description }: Submission,
  deed: Exclude<Deed, 'again'>,
): Promise<void> {
  const { id } = description.identity
  const facts = world.facts.get(id)
  const host = world.generation(id)
  if (facts === undefined) return
  try {
    switch (deed) {
      case 'look': {
        const seen = await host.call(life, 'describe', async (one) => one.describe())
        if (seen === null && !facts.isRemovalAsked && !facts.isErased) {
          world.kernel.breach('I10', `${id} was answered with nothing`)
        }
        return
      }
      case 'cancel':
        await host.call(life, 'cancel', (one) => world.cancel(host, one))
        return
      case 'archive':
        await host.call(life, 'archive', (one) => {
          facts.archivesAsked++
          return one.archiveAgain()
        })
        return
      case 'remove':
        await host.call(life, 'remove', (one) => {
          if (one.describe()?.state.endedAt !== null) facts.isRemovalAsked = true
          return one.remove()
        })
    }
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    world.kernel.say(life.name, `could not ${deed}: ${error.message}`)
  }
}

function toRequest(key: string): GenerationRequest {
  return {
    model: 'sora-2',
    prompt: key,
    seconds: '4',
    size: '720x1280',
    n: 1,
    pricedSeconds: '4',
    defaults: { seconds: '4', size: '720x1280' },
    body: { model: 'sora-2', messages: [{ role: 'user', content: key }], stream: true },
    attachments: [],
  }
}
