// Somebody who uses the API through the very loop of the Worker's `submit`: asks, retries when told
// to, does one thing and another, and may be gone at any moment.

import type { GenerationRequest } from '../../shared/request/request.ts'
import type { Accepted, Submission } from '../../worker/submission/submit.ts'
import { submit } from '../../worker/submission/submit.ts'
import { checkReply } from './checks/replies.ts'
import { Life } from './kernel/life.ts'
import { WorldError } from './kernel/kernel.ts'
import type { CallerPlan, Deed } from './scenario.ts'
import type { Facts } from './world/facts.ts'
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
): Promise<Accepted | null> {
  for (let tries = 0; ; tries++) {
    const decision = { at: 0 }
    const submission = await ask(world, life, plan, ids, tries > 0, decision)
    if (submission.kind !== 'refused') {
      const how = submission.kind === 'created' ? 'new' : submission.foundBy
      world.kernel.say(life.name, `has ${submission.description.identity.id}, ${how}`)
      checkReply(world, plan, submission, decision.at)
      return submission
    }
    world.kernel.say(life.name, `is refused: ${submission.code}`)
    if (submission.code !== 'try_again' || tries === RETRIES) return null
    await world.kernel.sleepOf(life)(RETRY_MS)
  }
}

async function ask(
  world: World,
  life: Life,
  plan: CallerPlan,
  ids: Ids,
  isRetry: boolean,
  decision: { at: number },
): Promise<Submission> {
  return await submit(
    {
      ...world.market,
      toKey: async () => plan.key,
      createId: async () => ids.next(),
      admit: (_account, _credential, request) =>
        world.account.call(life, 'admit', async (account) => {
          decision.at = world.kernel.steps
          return world.admit(account, request)
        }),
      generation: (id) => ({
        describe: () => world.generation(id).call(life, 'describe', async (one) => one.describe()),
        start: (spec) => world.generation(id).call(life, 'start', (one) => one.start(spec, [])),
        archiveAgain: () =>
          world.generation(id).call(life, 'archive', (one) => world.archiveAgain(id, one)),
        settleAgain: () =>
          world.generation(id).call(life, 'settle again', async (one) => one.settleAgain()),
      }),
      onUnreached: (error) => world.expectOurs(life.name, error),
    },
    {
      account: ACCOUNT,
      credential: { digest: plan.key },
      request: toRequest(plan),
      options: {
        webhook: plan.webhook === null ? null : { url: plan.webhook, secret: null },
        metadata: {},
        acceptPossibleCharge: plan.acceptPossibleCharge,
        stream: false,
        includeUsage: false,
      },
      directives: {
        noCache: plan.directive === 'no-cache',
        noStore: plan.directive === 'no-store',
        onlyIfCached: plan.directive === 'only-if-cached',
        maxAgeSeconds: null,
      },
      idempotencyHash: plan.idempotencyKey,
      isRetry,
      remixedFrom: null,
      requestId: `req_${plan.key}`,
    },
  )
}

async function act(
  world: World,
  life: Life,
  { description }: Accepted,
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
      case 'charge':
        await correct(world, life, facts)
        return
      case 'archive':
        await host.call(life, 'archive', (one) => world.archiveAgain(id, one))
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

/** What the operator's route does: first the generation, then the account. */
async function correct(world: World, life: Life, facts: Facts): Promise<void> {
  const host = world.generation(facts.id)
  facts.isCorrecting = true
  if (!(await host.call(life, 'correct', (one) => one.correctCharge(true)))) return
  await world.account.call(life, 'correct', async (account) => {
    const row = await account.correct(facts.id, true)
    if (row === null) return
    facts.isCorrected = true
    facts.lateCharge = 'certain'
  })
}

function toRequest({ key, promptChars }: CallerPlan): GenerationRequest {
  const prompt = key.padEnd(promptChars, '.')
  return {
    model: 'sora-2',
    prompt,
    seconds: '4',
    size: '720x1280',
    n: 1,
    pricedSeconds: '4',
    defaults: { seconds: '4', size: '720x1280' },
    body: { model: 'sora-2', messages: [{ role: 'user', content: prompt }], stream: true },
    attachments: [],
    askedAs: { form: 'video', told: [] },
  }
}
