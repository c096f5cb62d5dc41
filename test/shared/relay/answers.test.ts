import { expect, test } from 'vitest'
import { answers, say } from './answers.ts'
import { decodeText } from './manifest.ts'
import { placesOfLinks } from './placesOfLinks.ts'
import { sentences } from './sentences.ts'
import { shortAnswers } from './shortAnswers.ts'

test.each(answers.map((answer) => [answer.name, answer] as const))('%s', (_name, answer) => {
  const { verdict } = decodeText(answer.body, answer)
  if ('url' in answer.means) {
    const { url, others = [] } = answer.means
    expect(verdict).toMatchObject({ is: 'video', url, others })
  } else {
    expect(verdict.is === 'video' ? verdict.url : '').toBe('')
    expect(answer.means).toContain(verdict.is === 'video' ? 'a result' : verdict.failure.code)
  }
})

test('a video of megabytes in place of its address is read once, and not kept as text', () => {
  const url = `data:video/mp4;base64,${'AAAA'.repeat(1_600_000)}`
  const { verdict } = decodeText(say(`<video src="${url}"></video>`))
  expect(verdict.is === 'video' && verdict.url.length).toBe(url.length)
  expect(verdict.evidence.text.length).toBeLessThan(100_000)
})

test.each(shortAnswers.map((answer) => [answer[0], answer] as const))(
  'in short: %s',
  (_, answer) => {
    const [, body, means, status = 200] = answer
    const { verdict } = decodeText(body, { status })
    const said = verdict.is === 'video' ? verdict.url : verdict.failure.code
    expect(means.replace('!', '').split('|')).toContain(said)
  },
)

test.each(placesOfLinks)('the result is found: %s', (_name, url, body) => {
  const { verdict } = decodeText(body)
  expect(verdict.is === 'video' ? verdict.url : verdict.failure.code).toBe(url)
})

test.each([
  'Error: this video violates our policy and was removed',
  '视频内容违规，已被删除',
  '生成的视频未通过审核',
])('a result that the relay takes back is none: %s', (line) => {
  const { verdict } = decodeText(say('https://cdn.example/v.mp4\n', `\n❌ ${line}\n`))
  expect(verdict).toMatchObject({
    is: 'failure',
    failure: { code: 'content_policy', charge: 'certain' },
  })
})

/** How a sentence comes: at once, after work was spoken of, or as an error. */
const ways: Readonly<Record<string, (sentence: string) => string>> = {
  alone: say,
  'after work': (sentence) => say('Generating your video... 12%\n', `❌ ${sentence}`),
  'as an error': (message) => JSON.stringify({ error: { message, type: 'api_error', code: null } }),
}

test.each(
  Object.entries(sentences).flatMap(([codes, list]) => list.map((text) => [codes, text] as const)),
)('%s is what is meant by: %s', (codes, sentence) => {
  for (const [way, wrap] of Object.entries(ways)) {
    const { verdict } = decodeText(wrap(sentence))
    const code = verdict.is === 'video' ? verdict.url : verdict.failure.code
    expect(codes.split('|'), way).toContain(code)
  }
})
