// What is understood does not depend on how it is said: envelope, language, case, marks, wrappers and
// words between change no class, links of the request and of pages no result, names of fields no role.
// What fails is printed as the smallest answer that does.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answers, say } from './answers.ts'
import { decodeText } from './manifest.ts'
import { reasons } from './reasons.ts'

const body = (value: unknown): string => JSON.stringify(value)
const event = (value: unknown): string => `data: ${body(value)}\n\ndata: [DONE]\n\n`

/** At least nine ways to wrap the same sentence into an answer of status 200. */
const envelopes: Readonly<Record<string, (reason: string) => string>> = {
  'an error object': (reason) =>
    body({ error: { message: reason, type: 'relay_error', code: null } }),
  'an error string': (error) => body({ error }),
  'an error in the stream': (message) => event({ error: { message } }),
  'an event named error': (message) => `event: error\n${event({ message })}`,
  detail: (detail) => body({ detail }),
  'a list of details': (msg) => body({ detail: [{ loc: ['body'], msg, type: 'x' }] }),
  'a list of errors': (message) => body([{ error: { message } }]),
  base_resp: (status_msg) => body({ base_resp: { status_code: 9999, status_msg } }),
  'code and msg': (msg) => body({ code: -1, msg, data: null }),
  'a failed task': (fail_reason) =>
    body({ data: { task_id: 't', status: 'FAILURE', fail_reason } }),
  'a failed document': (message) =>
    body({ id: 'v', object: 'video', status: 'failed', error: { code: null, message } }),
  'JSON in a message': (message) =>
    body({ error: { message: `upstream: ${body({ error: { message } })}` } }),
  'JSON in the content': (message) => say(body({ error: { message } })),
  'a Python repr': (message) =>
    body({
      error: {
        message: `Error - {'error': {'message': ${body(message).replaceAll("'", "\\'").replaceAll('"', "'")}, 'code': None}}`,
      },
    }),
  'a plain body': (reason) => reason,
  'the content': (reason) => say(reason),
  'a marked line': (reason) => say(`❌ ${reason}`),
  'behind the heading': (reason) => say(`❌ 生成失败: ${reason}`),
  'the next line': (reason) => say(`❌ Generation failed\n\n> ${reason}\n`),
  'the reasoning': (reasoning_content) =>
    event({ choices: [{ delta: { reasoning_content: `❌ ${reasoning_content}\n` } }] }),
  'a field of the choice': (message) => event({ choices: [{ delta: {}, error: { message } }] }),
  'a wrapper code': (message) =>
    body({ error: { code: 'generation_failed', type: 'upstream_error', message } }),
  'another wrapper': (message) =>
    body({ error: { code: 'bad_response_status_code', message, param: '' } }),
}

const dressings: Readonly<Record<string, (reason: string) => string>> = {
  plain: (reason) => reason,
  'in upper case': (reason) => reason.toUpperCase(),
  'with a word between': (reason) => {
    const words = reason.split(' ')
    const at = Math.floor(words.length / 2)
    return words.length < 3 ? reason : [...words.slice(0, at), 'xyz', ...words.slice(at)].join(' ')
  },
  'behind words': (reason) => `Error: ${reason}`,
  'before advice': (reason) => `${reason}. Please contact support`,
  'with a request id': (reason) => `${reason} (request id: 20261128abcdef)`,
}

const reason = fc.constantFrom(
  ...Object.entries(reasons).flatMap(([code, sentences]) =>
    sentences.map((text) => ({ code, text })),
  ),
)
const dressing = fc.constantFrom(...Object.keys(dressings))
const envelope = fc.constantFrom(...Object.keys(envelopes))

function classOf(text: string): string {
  const { verdict } = decodeText(text)
  return verdict.is === 'video' ? verdict.url : verdict.failure.code
}

test('a reason keeps its class in every envelope, dress and language', () => {
  const told = fc.tuple(reason, dressing, envelope).map(([{ code, text }, dress, wrap]) => {
    const dressed = dressings[dress]?.(text) ?? text
    return { code, answer: envelopes[wrap]?.(dressed) ?? '' }
  })
  fc.assert(
    fc.property(told, ({ code, answer }) => {
      expect(classOf(answer)).toBe(code)
    }),
    { numRuns: 6000 },
  )
})

test('every reason is understood in every envelope as it stands', () => {
  for (const [code, sentences] of Object.entries(reasons)) {
    for (const text of sentences) {
      for (const [name, wrap] of Object.entries(envelopes)) {
        expect({ name, text, code: classOf(wrap(text)) }).toEqual({ name, text, code })
      }
    }
  }
})

test('whatever a 200 says, nothing is sent again and nothing is free', () => {
  fc.assert(
    fc.property(reason, envelope, ({ text }, wrap) => {
      const { verdict } = decodeText(envelopes[wrap]?.(text) ?? '')
      expect(verdict).toMatchObject({ is: 'failure', failure: { charge: 'possible' } })
    }),
  )
})

const own = 'https://me.example/uploads/in.mp4'
const besides = [
  `Input: ${own}\n`,
  `![input](${own})\n`,
  `<video src="${own}"></video>\n`,
  'Docs: https://docs.relay.example/video\n',
  'If it does not play, see https://relay.example/help.html for help.\n',
  'POST https://api.relay.example/v1/videos\n',
  '[Dashboard](https://relay.example/dashboard)\n',
  'Please visit https://relay.example/ to top up.\n',
]
const prose = [
  'https://cdn.example/out/v1.mp4',
  '[点击这里](https://cdn.example/out/1)',
  '<video controls>\nhttps://cdn.example/out/1\n</video>',
  '[![x](https://cdn.example/t.png)](https://cdn.example/out/1.mp4)',
  'Your video is ready: https://cdn.example/out/1?sig=a',
]

test('a link of the request or of a page changes no result', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...prose),
      fc.array(fc.constantFrom(...besides), { maxLength: 3 }),
      fc.array(fc.constantFrom(...besides), { maxLength: 3 }),
      (result, before, behind) => {
        const read = (text: string) => decodeText(say(text), { requestLinks: [own] }).verdict
        const alone = read(result)
        const among = read(`${before.join('')}\n${result}\n${behind.join('')}`)
        expect(alone.is).toBe('video')
        expect(among.is === 'video' && among.url).toBe(alone.is === 'video' && alone.url)
      },
    ),
    { numRuns: 1500 },
  )
})

test('a link of the request or of a page is no result by itself', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...besides), { minLength: 1, maxLength: 4 }), (lines) => {
      const { verdict, facts } = decodeText(say(lines.join('')), { requestLinks: [own] })
      expect(verdict.is === 'video').toBe(false)
      expect(facts.filter(({ type }) => type === 'link')).toEqual([])
    }),
  )
})

/** What stands below videos that are paid for: rules, warnings, balances, advertisements. */
const footers = [
  '⚠️ 请勿生成违规内容，否则封号\n',
  '⚠️ NSFW content is prohibited on this platform.\n',
  '❗ Content must follow our community guidelines.\n',
  'Violations of our terms of service lead to a ban.\n',
  'Note: if a generation fails due to our content policy, credits are refunded.\n',
  'Remaining credits: 0\n',
  '剩余额度：0，请充值\n',
  '⚠️ Your balance is low, please top up.\n',
  '⚠️ The link expires in 24 hours.\n',
  'Rate limit: 3/3 used today.\n',
  '[Upgrade](https://relay.example/pricing)\n',
  '❌ Shot 2 failed: content policy\n',
  '⏱ Took 182 seconds\n',
]

test('nothing that stands below or above a video takes it away', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...prose),
      fc.array(fc.constantFrom(...footers), { maxLength: 4 }),
      fc.array(fc.constantFrom(...footers), { minLength: 1, maxLength: 4 }),
      (result, above, below) => {
        const { verdict } = decodeText(say(`${above.join('')}\n${result}\n\n${below.join('')}`))
        const alone = decodeText(say(result)).verdict
        expect(verdict.is === 'video' && verdict.url).toBe(alone.is === 'video' && alone.url)
      },
    ),
    { numRuns: 1500 },
  )
})

const mediaNames = [
  'video_url',
  'videoUrl',
  'url',
  'download_url',
  'output_url',
  'result_url',
  'mp4_url',
  'file_url',
  'video',
  'videoLink',
]
const structured = answers.filter(
  ({ body: text, means }) =>
    'url' in means && text.startsWith('{') && text.includes('"video_url":"http'),
)

test('another name of the same role names the same video', () => {
  expect(structured.length).toBeGreaterThan(1)
  fc.assert(
    fc.property(fc.constantFrom(...structured), fc.constantFrom(...mediaNames), (answer, name) => {
      const renamed = answer.body.replaceAll('"video_url":"', `"${name}":"`)
      expect(classOf(renamed)).toBe('url' in answer.means ? answer.means.url : '')
    }),
  )
})
