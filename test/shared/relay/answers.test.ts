import { expect, test } from 'vitest'
import { answers, say } from './answers.ts'
import { decodeText } from './manifest.ts'
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
