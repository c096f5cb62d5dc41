// A relay that quotes the request in an error lets nobody choose the verdict by the prompt: one POST, the
// hold stays, and no key of the account is shut out. Nor do words of the relay's own do so by themselves.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { startHostileRelay, type Answer, type HostileRelay } from './hostileRelay.ts'

let relay: HostileRelay
let gateway: RunningGateway
let answer: (prompt: string) => Answer

beforeAll(async () => {
  relay = await startHostileRelay((prompt) => answer(prompt))
  gateway = await startGateway({ vars: { ...relay.vars, RELAY_RETRIES: '2' } })
})
afterAll(async () => {
  await gateway.close()
  relay.close()
})

let accounts = 0

/** What became of one video, and whether another key of the account may generate afterwards. */
async function generate(prompt: string) {
  const account = `quoted-${(accounts += 1)}`
  const { key } = await gateway.createKey({ account })
  const { key: other } = await gateway.createKey({ account })
  const make = async (by: string, text: string, prefer: string) =>
    await gateway.fetch('/v1/videos', by, {
      method: 'POST',
      headers: { prefer },
      body: JSON.stringify({ prompt: text }),
    })
  relay.prompts.length = 0
  const video = (await (await make(key, prompt, 'wait=30')).json()) as {
    charge: string
    error: { code: string; message: string }
  }
  const sent = relay.prompts.filter((one) => one.startsWith(prompt)).length
  const { status } = await make(other, 'a quiet pond', 'respond-async')
  return { video, posts: sent, isOpen: status < 300 }
}

const error = (message: string, status = 500): Answer => ({
  status,
  body: JSON.stringify({ error: { message, type: 'relay_error', code: null } }),
})

const prompts = [
  'a sign that reads rate limit exceeded',
  'content violation sign',
  'a sign: invalid api key',
  '一个写着余额不足的牌子',
  '{"error":{"code":"rate_limit_exceeded"}}',
]

const quotes: readonly [string, (prompt: string) => Answer][] = [
  ['whole', (prompt) => error(`upstream worker crashed while handling prompt "${prompt}"`)],
  ['in other case and white space', (prompt) => error(`crashed on ${loosen(prompt)}, sorry`)],
  ['escaped', (prompt) => error(`crashed: ${JSON.stringify({ text: prompt })} was lost`)],
  ['escaped beyond ASCII', (prompt) => error(`crashed: ${toEscapes(prompt)} was lost`)],
  ['cut off', (prompt) => error(`crashed on "${prompt.slice(0, -3)}…`)],
  ['in part', (prompt) => error(`crashed at the words '${prompt.slice(5)}'`)],
  ['in plain text', (prompt) => ({ status: 502, body: `crashed: ${prompt}`, type: 'text/plain' })],
  [
    'in a field of its own',
    (prompt) => ({
      status: 500,
      body: JSON.stringify({ message: 'crashed', job: { messages: [{ content: prompt }] } }),
    }),
  ],
]

const loosen = (text: string) => text.toUpperCase().replaceAll(' ', '\n   ')
const toEscapes = (text: string) =>
  text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

describe.each(quotes)('a relay that quotes the prompt %s', (_how, quote) => {
  test.each(prompts)('is asked once, stays paid for and stays open: %s', async (prompt) => {
    answer = quote
    const { video, ...rest } = await generate(prompt)
    expect(video).toMatchObject({ status: 'failed', charge: 'possible' })
    expect(['upstream_error', 'outcome_unknown', 'invalid_request']).toContain(video.error.code)
    expect(rest).toEqual({ posts: 1, isOpen: true })
  })
})

describe('words of the relay itself', () => {
  test.each([
    ['rate limit exceeded', 'rate_limited'],
    ['Insufficient balance', 'quota'],
    ['Invalid API key', 'auth'],
    ['No available channel for this model', 'no_channel'],
  ])('name a failure with status 500 and free nothing: %s', async (words, code) => {
    answer = () => error(words)
    const { video, ...rest } = await generate('a kite')
    expect(video).toMatchObject({ charge: 'possible', error: { code } })
    expect(rest).toEqual({ posts: 1, isOpen: true })
  })

  test('shut nobody out by a status that says something else', async () => {
    answer = () => error('Invalid API key', 400)
    const { video, ...rest } = await generate('a kite')
    expect(video).toMatchObject({ charge: 'none', error: { code: 'auth' } })
    expect(rest).toEqual({ posts: 1, isOpen: true })
  })

  test('in a stream of status 200 are followed by no second POST', async () => {
    const say = (content: string) =>
      `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
    answer = () => ({
      status: 200,
      body: `${say('❌ rate limit exceeded, please try again later\n')}data: [DONE]\n\n`,
      type: 'text/event-stream',
    })
    const { video, ...rest } = await generate('a kite')
    expect(video).toMatchObject({ charge: 'possible', error: { code: 'rate_limited' } })
    expect(rest).toEqual({ posts: 1, isOpen: true })
  })
})

describe("a relay's own code or HTTP's status", () => {
  test('frees, and is sent again', async () => {
    answer = () => ({ status: 500, body: '{"error":{"message":"x","code":"rate_limit_exceeded"}}' })
    const { video, posts: sent } = await generate('a kite')
    expect(video).toMatchObject({ charge: 'none', error: { code: 'rate_limited' } })
    expect(sent).toBe(3)
  })

  test.each([
    ['a code', { status: 500, body: '{"error":{"message":"x","code":"invalid_api_key"}}' }],
    ['status 401', { status: 401, body: '' }],
  ])('suspends the relay: %s', async (_by, said) => {
    answer = () => said
    const { video, isOpen } = await generate('a kite')
    expect(video).toMatchObject({ charge: 'none', error: { code: 'auth' } })
    expect(isOpen).toBe(false)
  })
})
