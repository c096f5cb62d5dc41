import { expect, test } from 'vitest'
import { answers } from './answers.ts'
import { decodeText } from './manifest.ts'

test.each(answers.map((answer) => [answer.name, answer] as const))('%s', (_name, answer) => {
  const { verdict } = decodeText(answer.body, answer)
  if ('url' in answer.means) {
    const { url, others = [] } = answer.means
    expect(verdict).toMatchObject({ ok: true, result: { url, others } })
  } else {
    expect(verdict.ok ? verdict.result.url : '').toBe('')
    expect(answer.means).toContain(verdict.ok ? 'a result' : verdict.failure.code)
  }
})
