import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RelayFact, Verdict } from '../../shared/relay/relay.ts'
import { readRelayAnswer } from '../../shared/relay/chat/readAnswer.ts'
import { dialects, isDialectId } from './dialects/dialects.ts'
import { startRelaySimulator, type RelaySimulator } from './relaySimulator.ts'

// The simulator and the reader were written apart, from the same facts: here they meet.

let simulator: RelaySimulator
beforeAll(async () => {
  simulator = await startRelaySimulator({ stepMs: 0, taskOrigin: 'https://asyncdata.net' })
})
afterAll(() => simulator.close())

interface Reading {
  readonly progress: readonly number[]
  readonly facts: readonly RelayFact[]
  readonly verdict: Verdict
}

async function generate(prompt: string): Promise<Reading> {
  const url = `${simulator.baseUrl}/chat/completions`
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: JSON.stringify({
      model: 'sora-2',
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    }),
  })
  const header = (name: string) => response.headers.get(name)
  const answer = readRelayAnswer({ status: response.status, header, now: 0 }, { baseUrl: url })
  const facts: RelayFact[] = []
  for await (const bytes of response.body ?? []) facts.push(...answer.feed(bytes))
  const { facts: last, verdict } = answer.end('end')
  facts.push(...last)
  const progress = facts.filter((fact) => fact.type === 'progress')
  return { facts, verdict, progress: progress.map((fact) => fact.progress) }
}

/** Dialects that end without a link, and how the reader is to call that. */
const failing: ReadonlyMap<string, string> = new Map([
  ['D1-task', 'empty_result'],
  ['D4-fail', 'upstream_error'],
])
/** Dialects without numbers. */
const silent = ['D1-veo', 'D3b-minimal', 'D7', 'D7-early']
const succeeding = Object.keys(dialects).filter((id) => isDialectId(id) && !failing.has(id))

test.each(succeeding)('%s: the reader finds the video that was generated', async (id) => {
  const { verdict } = await generate(
    `[dialect:${id}] a cat at 90%, see https://example.com/x.mp4, 8s`,
  )
  expect(verdict).toMatchObject({ is: 'video', url: simulator.billed.at(-1)?.videoUrl })
})

test.each([...failing])('%s: the reader calls it %s', async (id, code) => {
  const { verdict } = await generate(`[dialect:${id}] a cat`)
  expect(verdict).toMatchObject({ is: 'failure', failure: { code, charge: 'possible' } })
})

test.each(['D1', 'D1-en', 'D2', 'D3', 'D3c', 'D4', 'D9'])(
  '%s: the reader reports the numbers of the plan and no other',
  async (id) => {
    const { progress } = await generate(`[dialect:${id}] a cat at 90%, 8s`)
    expect(progress).toEqual(simulator.billed.at(-1)?.progress)
  },
)

test.each(silent)('%s: the reader invents no progress', async (id) => {
  expect((await generate(`[dialect:${id}] a cat at 90%, 8s`)).progress).toEqual([])
})

test('D1: the reader learns where the task can be looked up', async () => {
  const { facts } = await generate('a cat')
  const job = simulator.billed.at(-1)
  const task = { type: 'task', id: job?.taskId, statusUrl: job?.statusUrl }
  expect(facts).toContainEqual(task)
})

test.each([
  ['auth', 'auth', 'none'],
  ['quota', 'quota', 'none'],
  ['upstream-quota', 'quota', 'none'],
  ['rate-limited', 'rate_limited', 'none'],
  ['key-quota', 'quota', 'none'],
  ['masked-404', 'rate_limited', 'none'],
  ['no-channel', 'no_channel', 'none'],
  ['moderation', 'content_policy', 'none'],
  // Its 400 stands in words alone, on a 500: they do not make it free.
  ['invalid-model', 'invalid_request', 'possible'],
  ['generation-failed', 'upstream_error', 'possible'],
  ['gateway-json', 'gateway_timeout', 'possible'],
  ['gateway-html', 'gateway_timeout', 'possible'],
  ['guardrail', 'content_policy', 'possible'],
  ['content-filter', 'content_policy', 'possible'],
  ['empty', 'empty_result', 'possible'],
  ['availability', 'stream_required', 'possible'],
  ['text', 'not_a_video', 'possible'],
  ['error-object', 'upstream_error', 'possible'],
  ['failed-none', 'upstream_error', 'possible'],
  ['processing-error', 'timeout', 'possible'],
  ['heavy-load-text', 'upstream_unavailable', 'possible'],
  ['character', 'not_a_video', 'possible'],
  ['json-error', 'upstream_error', 'possible'],
  ['swallowed-error', 'empty_result', 'possible'],
  ['null-choices', 'empty_result', 'possible'],
  ['literal-done', 'upstream_error', 'possible'],
  ['reasoning-only', 'upstream_error', 'possible'],
  ['silent-stop', 'truncated_stream', 'possible'],
] as const)('[fail:%s] is read as %s, charge %s', async (id, code, charge) => {
  const { verdict } = await generate(`[fail:${id}] a cat`)
  expect(verdict).toMatchObject({ is: 'failure', failure: { code, charge } })
})
