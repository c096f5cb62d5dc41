// A relay that takes jobs and quotes the request in an error lets nobody choose the verdict by the prompt:
// what it means is what it means for a prompt that says nothing.

import { expect, test } from 'vitest'
import { kinds } from '../../../shared/relay/kinds.ts'
import type { RelayHead } from '../../../shared/relay/relay.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'

const prompts = [
  'a sign that reads rate limit exceeded',
  'content violation sign',
  'a sign: invalid api key',
  '一个写着余额不足的牌子',
]
const jobKinds = ['videos', 'xai', 'newapi', 'openrouter'] as const
const toHead = (status: number): RelayHead => ({ status, header: () => null, now: 0 })
const task = { id: 'task_1', poll: null }

/** What a failure decides: all but its words. */
function judge(kind: (typeof jobKinds)[number], status: number, document: JsonObject, by: string) {
  const text = JSON.stringify(document)
  const options = { baseUrl: 'https://relay.example/v1', redact: [by] }
  const answer = kinds[kind].read(toHead(status), options)
  answer.feed(new TextEncoder().encode(text))
  const created = answer.end('end').verdict
  const looked = kinds[kind].readLook(toHead(200), text, task, options)
  const strip = (verdict: object) => {
    const { failure = null } = verdict as { failure?: object | null }
    return failure && { ...failure, message: '' }
  }
  return { created: strip(created), looked: strip(looked) }
}

const neutral = 'a quiet pond with a boat'
const crashed = (prompt: string) => `upstream worker crashed while handling prompt "${prompt}"`
const documents: readonly [string, number, (prompt: string) => JsonObject][] = [
  ['an order that failed', 500, (prompt) => ({ error: { message: crashed(prompt) } })],
  ['an order without a job', 200, (prompt) => ({ error: { message: crashed(prompt) } })],
  [
    'a job that failed',
    200,
    (prompt) => ({ id: 'task_1', status: 'failed', error: { message: crashed(prompt) } }),
  ],
]

test.each(documents)('%s is judged without what it quotes', (_what, status, toDocument) => {
  for (const kind of jobKinds) {
    const expected = judge(kind, status, toDocument(neutral), neutral)
    expect(expected.created).not.toBeNull()
    for (const prompt of prompts) {
      expect(judge(kind, status, toDocument(prompt), prompt), `${kind}: ${prompt}`).toEqual(
        expected,
      )
    }
  }
})
