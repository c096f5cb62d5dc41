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

test.each([
  ['⏳ 45%\n', [45]],
  ['Rendering… 45.5 %\n', [45.5]],
  ['[████░░] 40%\n', [40]],
  ['12% ⌛ 48% ⌛ 97%\n', [12, 48, 97]],
  ['[Progress] 0% | 32% | 100%\n', [0, 32, 100]],
  ['45% complete\n', [45]],
  ['İlerleme: %45\n', [45]],
  ['Frame 45/90\n', [50]],
  ['영상 생성 중입니다... 15%\n', [15]],
  ['⏳ 7%', [7]],
  ['🎬 100%|██████████| 8/8 [00:12<00:00, 1.5s/it]\n', [100]],
  ['Step 2/2: animating… 77%\n', [77]],
  ['3.10%12.50%24.00%\n', [3.1, 12.5, 24]],
  ['Get 50% off today!\n', []],
  ['[Get 50% off](https://shop.example)\n', []],
  ['GPU load 97%\n', []],
  ['Step 1/2: a still is ready\n', []],
  ['Queue position 3/100\n', []],
  ['Generation failed at 40%\n', []],
  ['剩余 45%\n', []],
  ['Credits used: 100%\n', []],
  ['The scene moves slowly to the left while the light of the lamp falls by about 20%\n', []],
])('how far the work is, by the shape of its line: %j', (text, percent) => {
  for (let at = 0; at <= text.length; at += 1) {
    const reader = createProgressReader()
    const pieces = [text.slice(0, at), text.slice(at)].filter((piece) => piece !== '')
    const told = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
    expect(told, `cut at ${at}`).toEqual(percent)
  }
})

test('a block of progress holds bare numbers', () => {
  const reader = createProgressReader()
  const lines = ['```progress\n', '0\n', '8\n', '100\n', '```\n', '7\n', '```json\n', '9\n']
  expect(lines.flatMap((line) => reader.push(line))).toEqual([0, 8, 100])
})
