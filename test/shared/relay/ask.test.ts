// One exchange with a relay: sent once, read under four limits, and its end told as what it was.

import { expect, test } from 'vitest'
import { LimitReached } from '../../../shared/limits.ts'
import type { Sleep } from '../../../shared/ports.ts'
import { askRelay } from '../../../shared/relay/ask.ts'
import { chat } from '../../../shared/relay/chat/chat.ts'
import { createScriptedTransport, type ScriptedAnswer } from '../scriptedTransport.ts'
import { createVirtualClock } from '../virtualClock.ts'

const limits = { headersMs: 60_000, silenceMs: 20_000, progressMs: 50_000, totalMs: 300_000 }
const link = 'https://cdn.example.org/v.mp4'
const comment = ': keep-alive\n\n'

const say = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
const stream = (...body: NonNullable<ScriptedAnswer['body']>): ScriptedAnswer => ({
  headers: { 'content-type': 'text/event-stream' },
  body,
})

async function ask(script: readonly (ScriptedAnswer | 'REFUSE' | 'SILENT')[], stopAt?: string) {
  const clock = createVirtualClock()
  const startedAt = clock.now()
  let sleeping = 0
  const sleep: Sleep = async (ms, signal) => {
    sleeping += 1
    await clock.sleep(ms, signal).finally(() => (sleeping -= 1))
  }
  const answers = script.map((one) => (one === 'SILENT' ? {} : one))
  const scripted = createScriptedTransport(clock.sleep, answers)
  const transport = script.includes('SILENT')
    ? {
        requests: scripted.requests,
        send: async (...sent: Parameters<typeof scripted.send>) => {
          await scripted.send(...sent)
          return await new Promise<never>(() => undefined)
        },
      }
    : scripted
  const cancel = new AbortController()
  const facts: string[] = []
  const asked = await clock.run(
    askRelay({
      transport,
      clock: { now: clock.now, sleep },
      limits,
      request: { method: 'POST', url: 'https://relay.example/v1/x', headers: {} },
      cancel: cancel.signal,
      read: (head) => chat.read(head, { baseUrl: 'https://relay.example/v1' }),
      onFacts: (some) => {
        for (const { type } of some) {
          facts.push(type)
          if (type === stopAt) cancel.abort(new Error('cancelled'))
        }
      },
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(sleeping, 'timers that were not called off').toBe(0)
  expect(transport.requests).toHaveLength(1)
  expect(transport.requests[0]?.signal?.aborted, 'the connection is closed').toBe(true)
  return { ...asked, facts, ms: clock.now() - startedAt }
}

const failsWith = (code: string, message = '') => ({
  is: 'failure',
  failure: {
    code,
    message: expect.stringContaining(message),
    charge: 'possible',
    outcome: 'unknown',
  },
})

test('a whole answer is a verdict without an error, and its facts are told', async () => {
  const asked = await ask([
    stream(say('> 🎬 进度: 36%\n'), say(`[play](${link})`), 'data: [DONE]\n\n'),
  ])
  expect(asked).toMatchObject({ verdict: { is: 'video', url: link }, status: 200 })
  expect(asked.error).toBeUndefined()
  expect(asked.facts).toContain('progress')
  expect(asked.facts).toContain('link')
})

test.each<[string, ScriptedAnswer | 'SILENT', number, string]>([
  ['headers', 'SILENT', 60_000, 'did not begin to answer within 60 s'],
  [
    'silence',
    stream(say('a'), { silentMs: 15_000 }, comment, { silentMs: 90_000 }),
    35_000,
    'sent nothing for 20 s',
  ],
  [
    'progress',
    stream(...Array.from({ length: 9 }, () => [{ silentMs: 9_000 }, comment]).flat()),
    50_000,
    'without any news for 50 s',
  ],
  [
    'total',
    stream(...Array.from({ length: 40 }, () => [{ silentMs: 9_000 }, say('a')]).flat()),
    300_000,
    'was not done within 300 s',
  ],
])(
  'the %s limit ends what only it can end, and the failure says so',
  async (limit, answer, ms, message) => {
    const asked = await ask([answer])
    expect(asked.verdict).toMatchObject(failsWith('timeout', message))
    expect(asked.error).toBeInstanceOf(LimitReached)
    expect(asked.error).toMatchObject({ limit })
    expect(asked.ms).toBe(ms)
  },
)

test('bytes set the silence back as often as they come, events the progress', async () => {
  const slowly = Array.from({ length: 12 }, () => [{ silentMs: 19_000 }, say('a')]).flat()
  const asked = await ask([stream(...slowly, say(`[play](${link})`), 'data: [DONE]\n\n')])
  expect(asked).toMatchObject({ verdict: { is: 'video' }, ms: 228_000 })
})

test('a link that was seen outlives the limit that ended the rest', async () => {
  const asked = await ask([stream(say(`[play](${link})\n`), { silentMs: 90_000 })])
  expect(asked.verdict).toMatchObject({ is: 'video', url: link })
  expect(asked.error).toBeInstanceOf(LimitReached)
})

test('a connection that breaks before an answer says nothing about the work', async () => {
  const asked = await ask(['REFUSE'])
  expect(asked.verdict).toMatchObject(failsWith('outcome_unknown', 'broke before it answered'))
  expect(asked).toMatchObject({ status: null, frames: 0, error: new Error('connection refused') })
})

test('a connection that breaks in the answer is a broken answer', async () => {
  const asked = await ask([stream(say('> 🎬 进度: 36%\n'), 'BREAK')])
  expect(asked.verdict).toMatchObject(failsWith('truncated_stream'))
  expect(asked).toMatchObject({ status: 200, error: new Error('connection reset') })
})

test('a cancel ends the exchange at once, with its reason', async () => {
  const asked = await ask([stream(say('> 🎬 进度: 36%\n'), { silentMs: 9_000 })], 'progress')
  expect(asked).toMatchObject({ verdict: { is: 'failure' }, error: new Error('cancelled'), ms: 0 })
})
