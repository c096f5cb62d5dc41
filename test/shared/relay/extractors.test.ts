// The extractors one by one, where a text is cut or says nearly the same again.

import { expect, test } from 'vitest'
import { createEchoFilter } from '../../../shared/relay/chat/echo.ts'
import { createProgressReader } from '../../../shared/relay/chat/progress.ts'
import { createTaskReader } from '../../../shared/relay/tasks.ts'

test.each([
  ['character by character', [...'> ID: `abc-def`']],
  ['in its middle', ['> ID: `abc', '-de', 'f`']],
  ['before its quote', ['> ID: ', '`abc-def', '`']],
  ['into a prefix and the rest', ['> ID: tas', 'k_1', '23 ']],
])('a task id is found when it is cut %s', (_how, pieces) => {
  const reader = createTaskReader()
  const ids = pieces.flatMap((piece) => reader.push(piece).map(({ id }) => id))
  expect(ids).toEqual([pieces.join('').includes('task_') ? 'task_123' : 'abc-def'])
})

test.each([
  ['alone on its line', 'cgt-20250613173405-qnpqg\n1s elapsed\n', 'cgt-20250613173405-qnpqg'],
  [
    'in a representation',
    '> VideoTask(id=67e265f1c4a8d3001f5e9a77, image=None)',
    '67e265f1c4a8d3001f5e9a77',
  ],
  ['at the end of a sentence', 'Your job id: 8f14e45f-ceea-467a. Wait.\n', '8f14e45f-ceea-467a'],
  ['in Spanish', 'ID de la tarea: 8841200193\n', '8841200193'],
  ['in Russian', 'ID задачи: a81bc81b-dead\n', 'a81bc81b-dead'],
  ['nowhere: a word', 'Task ID: pending\nJob ID: unavailable\n', null],
  ['nowhere: a date', 'task id: 2026-11-22 \n', null],
  ['nowhere: another label', 'request id: 8f14e45fceea467a\nsid: 68ec8acc1f0d\n', null],
  ['nowhere: a line of words', 'video-generation-started\n20261122\nvideo_final.mp4\n', null],
])('a task id is found %s, wherever it is cut', (_where, text, id) => {
  for (let at = 0; at <= text.length; at += 1) {
    const reader = createTaskReader()
    const found = [text.slice(0, at), text.slice(at)].flatMap((piece) => reader.push(piece))
    expect(
      found.map((task) => task.id),
      `cut at ${at}`,
    ).toEqual(id === null ? [] : [id])
  }
})

test.each([['<think>a</think>b'], ['x<think>a</think>b'], ['<think>a < b</think>c > d']])(
  'what is thought is kept apart wherever %j is cut',
  (text) => {
    const split = (...pieces: string[]) => {
      const shown: string[] = []
      const thought: string[] = []
      const filter = createEchoFilter({
        shown: (piece) => shown.push(piece),
        thought: (piece) => thought.push(piece),
        document: () => expect.unreachable('there is no document'),
      })
      for (const piece of pieces) filter.push(piece)
      filter.end()
      return [shown.join(''), thought.join('')]
    }
    const [before, inner, after] = text.split(/<\/?think>/) as [string, string, string]
    for (let at = 0; at <= text.length; at += 1) {
      expect(split(text.slice(0, at), text.slice(at)), `cut at ${at}`).toEqual([
        before + after,
        inner,
      ])
    }
  },
)

test('a run of bare numbers ends with the first word between them', () => {
  const numbers = (...pieces: readonly string[]) => {
    const reader = createProgressReader()
    return pieces.flatMap((piece) => reader.push(piece))
  }
  expect(numbers('进度 36..', '\n> 🏃', ' 44..')).toEqual([36, 44])
  expect(numbers('进度 36..', ' of about', ' 44..')).toEqual([36])
})

test('a label is found behind much filler, wherever the text is cut', () => {
  const text = `Progress${' '.repeat(58)}45...`
  for (let at = 0; at <= text.length; at += 1) {
    const reader = createProgressReader()
    expect(
      [...reader.push(text.slice(0, at)), ...reader.push(text.slice(at))],
      `cut at ${at}`,
    ).toEqual([45])
  }
})
