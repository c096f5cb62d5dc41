import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listRequestTexts, removeQuotes } from '../../../shared/relay/quotes.ts'
import { mayRepeat, opensBreaker } from '../../../shared/video/failures.ts'
import { decodeText } from './manifest.ts'

const prompt = 'a sign that reads: rate limit exceeded'

test.each([
  [`crashed while handling prompt "${prompt}"`, 'crashed while handling prompt […]'],
  [`crashed on ${prompt.toUpperCase()} now`, 'crashed on […] now'],
  ['crashed on a sign\\n that   reads\\trate limit now', 'crashed on […] now'],
  ['crashed on a sign &quot;that reads&quot; rate-limit now', 'crashed on […] now'],
  ['crashed on "a sign that reads: rate li…', 'crashed on "[…]…'],
  ['crashed on “rate limit” now', 'crashed on […] now'],
  ["crashed on 'limit' now", 'crashed on […] now'],
  ['rate limit reached', 'rate limit reached'],
  ['the design that reads rates', 'the design that reads rates'],
  ['nothing of it', 'nothing of it'],
])('%j becomes %j', (text, expected) => {
  expect(removeQuotes(text, [prompt])).toBe(expected)
})

test.each([
  ['生成失败：一个写着余额不足的牌子。', '生成失败：[…]。'],
  ['生成失败：\\u4e00\\u4e2a\\u5199\\u7740\\u4f59\\u989d\\u4e0d\\u8db3', '生成失败：[…]'],
  ['生成失败：「余额不足」', '生成失败：[…]'],
  ['生成失败，余额不足', '生成失败，余额不足'],
])('%j becomes %j', (text, expected) => {
  expect(removeQuotes(text, ['一个写着余额不足的牌子'])).toBe(expected)
})

test('a short text of the request is cut out as a word, and not out of one', () => {
  expect(removeQuotes('the category of a cat', ['cat'])).toBe('the category of a […]')
})

test('however a text is dressed, all of it goes', () => {
  const word = fc.stringMatching(/^[a-z]{1,9}$/)
  const dress = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => JSON.stringify(text),
    (text) => JSON.stringify(JSON.stringify({ text })),
    (text) => text.replaceAll(' ', '\r\n  '),
    (text) => `'${text.slice(0, -4)}…`,
    (text) => text.slice(text.indexOf(' ') + 1),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 6, maxLength: 60 }), dress, (words, toQuote) => {
      const text = words.join(' ')
      fc.pre(text.length > 40)
      const rest = removeQuotes(`ZZ: ${toQuote(text)} :ZZ`, [text])
      expect(rest).toContain('[…]')
      // A half of the last word of what was cut off may stay.
      expect(rest.replaceAll(/ZZ|text/g, '').match(/[a-z]/gi)?.length ?? 0).toBeLessThan(9)
    }),
  )
})

test('the texts of a request are sentences, not names and no bytes', () => {
  const body = {
    model: 'sora-2',
    size: '720x1280',
    image: `data:image/png;base64,${'A'.repeat(99)}`,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'a red fox' }] }],
    style: { notes: ['keep it calm'] },
  }
  expect(listRequestTexts(body)).toEqual(['a red fox', 'keep it calm'])
})

describe('a quoted prompt decides nothing', () => {
  const say = (content: string) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
  const link = '[Download](https://cdn.example/v.mp4)\n'

  test.each([
    'error: this violates our content policy and was blocked',
    'retrying the sign that says it',
  ])('of a video that was named: %s', (quoted) => {
    const body = `${say(link)}${say(`> ${quoted}\n`)}data: [DONE]\n\n`
    expect(decodeText(body, { redact: [quoted] }).verdict).toMatchObject({ is: 'video' })
  })

  test('by a document in a text', () => {
    const text = '{"error":{"code":"insufficient_quota","status":402}}'
    const body = JSON.stringify({ error: { message: `crashed: ${text}` } })
    for (const redact of [[], [text]]) {
      const { verdict } = decodeText(body, { status: 500, redact })
      expect(verdict).toMatchObject({ is: 'failure', failure: { charge: 'possible' } })
      if (verdict.is !== 'failure') return
      expect(verdict.failure.code === 'quota').toBe(redact.length === 0)
      expect([mayRepeat(verdict.failure), opensBreaker(verdict.failure)]).toEqual([false, false])
    }
  })
})
