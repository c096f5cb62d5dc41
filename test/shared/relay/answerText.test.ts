// Relays say one sentence over and over, with another percentage in it: each time it means the same,
// and what stands around it keeps its place, wherever the text is cut.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAnswerText, type TextNote } from '../../../shared/relay/chat/answerText.ts'
import { decodeText } from './manifest.ts'

const toBody = (texts: readonly string[]) =>
  texts
    .map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
    .join('')

/** In front of the last digit: what stands there is a number that may go on. */
function cutInNumber(text: string): string[] {
  let at = text.length - 1
  while (at > 0 && !'0123456789'.includes(text.charAt(at))) at -= 1
  return at > 0 ? [text.slice(0, at), text.slice(at)] : [text]
}

const head = fc.constantFrom(
  '\n\n> 🏃 Progress ',
  '\n**Video Generation Progress**: ',
  '> 进度：',
  '\n进度',
  'progress ',
  '生成中\nprogress ',
  '❌ progress ',
  'ting\n已生成',
  '\n',
)
const tail = fc.constantFrom(
  '...',
  '..',
  '%',
  '%\n',
  '% (processing)\n',
  '…\n',
  '% 排',
  '%\n❌ ',
  '.',
  '% ing',
)
const number = fc.oneof(
  fc.nat(1200).map((n) => (n / 10).toFixed(1)),
  fc.nat(120).map(String),
  fc.constantFrom('1000', '1.2.3', '12.', '0.1234567', '123456789', '0'),
)
const noise = fc.constantFrom(
  '.',
  '3',
  '5..',
  '%',
  '\n',
  '队列',
  '队',
  '生成中',
  'generat',
  'ing',
  '❌ 生成失败',
  '重试',
  '`',
  'task_1',
  ' ',
  '\n> ID: `task_9`',
  '[a](https://cdn.example/v.mp4)',
  'https://cdn.example/w.mp4',
  '<think>',
  '</think>',
  '[',
  'h',
)
const texts = fc
  .tuple(
    head,
    tail,
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: number },
        { weight: 1, arbitrary: noise.map((text) => ({ text })) },
      ),
      { maxLength: 12 },
    ),
  )
  .map(([before, behind, all]) =>
    all.map((one) => (typeof one === 'string' ? before + one + behind : one.text)),
  )

/** Each kind of fact in its order: how they mix depends on how a text is cut, and always did. */
function factsOf(all: readonly string[]): unknown {
  const { facts, verdict } = decodeText(toBody(all))
  const kinds = ['progress', 'phase', 'preview', 'task', 'link']
  return [verdict, kinds.map((kind) => facts.filter(({ type }) => type === kind))]
}

test('a sentence that comes again says the same when it is cut inside of its number', () => {
  fc.assert(
    fc.property(texts, texts, (some, more) => {
      const all = ['Now ', ...some, ...more, ...some]
      expect(factsOf(all)).toEqual(factsOf(all.flatMap(cutInNumber)))
    }),
    { numRuns: 4000 },
  )
})

function notesOf(texts: readonly string[]): string[] {
  const notes: string[] = []
  const answer = createAnswerText((note: TextNote) => {
    if (note.type === 'progress') notes.push(`${note.progress}`)
    else if (note.type === 'line') notes.push(...(/❌|失败/.test(note.line) ? ['failure'] : []))
    else if (note.type !== 'text') notes.push(note.type)
  })
  for (const text of texts) answer.pushContent(text)
  answer.end(false)
  return notes
}

const known = (text: string) => ['Now', ...Array<string>(5).fill(text)]
const ones = ['1', '1', '1', '1', '1']

test.each([
  [
    'a failure in front of it keeps its place',
    [...known('\n进度 1%'), '\n❌ 失败', '\n进度 2%'],
    [...ones, 'failure', '2'],
  ],
  [
    'a line that it ends is read',
    [...known('\n进度 1%'), ' ❌', '\n进度 2%'],
    [...ones, 'failure', '2'],
  ],
  [
    'a line that it ends is not read as its own',
    [...known('\n进度 1%'), '\n❌', '\n进度 2%', '\n'],
    [...ones, 'failure', '2'],
  ],
  [
    'a line that it continues is read',
    ['Now\n', '进度 1%\n', '进度 1%\n', '❌ ', '进度 2%\n'],
    ['1', '1', '2', 'failure'],
  ],
  [
    'a phase that begins in its end is heard',
    [...known('\n进度 1% 生'), '成中'],
    [...ones, 'phase'],
  ],
  [
    'a phase does not reach over it',
    [...known('\n进度 1%'), '\n生', '\n进度 2%', '成中'],
    [...ones, '2'],
  ],
  [
    'a line of two of them is read',
    [
      'Now\n',
      '败\n进度 1% 生成失',
      '败\n进度 1% 生成失',
      '\n',
      '败\n进度 1% 生成失',
      '败\n进度 1% 生成失',
    ],
    ['1', 'failure', '1', '1', 'failure', '1'],
  ],
  [
    'its own phase is told',
    [...known('\n进度 1% (processing)'), '\n'],
    ['1', 'phase', ...ones.slice(1)],
  ],
  [
    'an id that it ends is found',
    [...known('\n进度 1%'), '\n> ID: task_a', '\n进度 2%'],
    [...ones, 'task', '2'],
  ],
  [
    'an id behind its label is found',
    [...known('\n进度 1%\n> ID: '), 'task_1 '],
    [...ones, 'task'],
  ],
  [
    'an id does not reach over it',
    [...known('\n进度 1%'), '\n> ID: ta', '\n进度 2%', 'sk_1 '],
    [...ones, '2'],
  ],
  [
    'a link that it ends is found',
    [...known('\n进度 1%'), '\nhttps://cdn.example/v', '\n进度 2%'],
    [...ones, 'link', '2'],
  ],
  [
    'a link does not reach over it',
    [...known('\n进度 1%'), '\nh', '\n进度 2%', 'ttps://cdn.example/v '],
    [...ones, '2'],
  ],
  ['a bare number behind it counts', [...known('\n进度 1..'), '4.. '], [...ones, '4']],
  ['a bare number behind other words does not', [...known('\n进度 1.. or'), '4.. '], [...ones]],
  ['a number behind its label counts', [...known('\n进度 1% 进度 '), '4%'], [...ones, '4']],
  [
    'a label does not reach over it',
    [...known('\n进度 1%'), '\n进度', '\n进度 2%', ' 5.. '],
    [...ones, '2'],
  ],
  [
    'a number does not reach over it',
    [...known('\n进度 1% 进度 '), '5', '\n进度 2% 进度 ', '%'],
    [...ones, '2'],
  ],
])('%s', (_what, all, notes) => {
  expect(notesOf(all)).toEqual(notes)
})

test('a link behind it stands in its line', () => {
  const linesOf = (all: readonly string[]) => {
    const lines: string[] = []
    const answer = createAnswerText((note) => note.type === 'link' && lines.push(note.link.line))
    for (const text of all) answer.pushContent(text)
    return lines
  }
  const all = [
    'Now',
    '\n进度 1% at ',
    '\n进度 2% at ',
    '\n进度 3% at ',
    '\n进度 4% at ',
    '\n进度 5% at ',
    'https://cdn.example/v ',
  ]
  expect(linesOf(all)[0]).toContain('5%')
  expect(linesOf(all)).toEqual(linesOf(all.flatMap(cutInNumber)))
})
