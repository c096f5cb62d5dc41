// What can be told of the page without a browser: both languages say the same, and choices become cron
// expressions and come back.

import { expect, test } from 'vitest'
import { failures } from '../../shared/video/failures.ts'
import { firstChoice, toChoice, toCron } from '../../worker/page/automations/cronWords.ts'
import { kinds, toSnippet } from '../../worker/page/code/snippets.ts'
import { en } from '../../worker/page/strings/en.ts'
import { zhCN } from '../../worker/page/strings/zh-CN.ts'

const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

test('both languages have the same keys, the same names to fill in, and say something', () => {
  expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort())
  for (const [key, text] of Object.entries(en)) {
    const other = zhCN[key as keyof typeof en]
    expect(names(other), key).toEqual(names(text))
    expect(text.trim() !== '' && other.trim() !== '', key).toBe(true)
  }
})

test('every failure has a headline, a short name and advice', () => {
  for (const code of Object.keys(failures)) {
    for (const kind of ['failure', 'short', 'advice'])
      expect(en).toHaveProperty([`${kind}.${code}`])
  }
})

test.for([
  ['17 * * * *', 'hourly'],
  ['30 8 * * *', 'daily'],
  ['0 9 * * 1-5', 'weekdays'],
  ['5 23 * * 0', 'weekly'],
  ['0 0 31 * *', 'monthly'],
  ['*/15 * * * *', 'custom'],
  ['0 9 1 * 1', 'custom'],
  ['0 9 * 3 *', 'custom'],
] as const)('%s is %s, and stays what it is', ([cron, rhythm]) => {
  const choice = toChoice(cron)
  expect(choice.rhythm).toBe(rhythm)
  expect(toCron(choice)).toBe(cron)
  expect(toCron({ ...firstChoice, rhythm: 'custom', custom: cron })).toBe(cron)
})

test('every kind of code has the prompt, the address and no key', () => {
  const body = { prompt: 'A "boat"', model: 'sora-2', seconds: '8', audio: true }
  for (const kind of kinds) {
    const text = toSnippet(kind, 'https://video.example', body)
    expect(text, kind).toContain('A \\"boat\\"')
    expect(text, kind).toContain('https://video.example')
    expect(text, kind).not.toMatch(/rk_/)
  }
  expect(toSnippet('Python', 'https://video.example', body)).toContain('"audio": True')
})
