import { expect, test } from 'vitest'
import { mayRepeat } from '../../../shared/video/failures.ts'
import { toSafeMessage } from '../../../shared/relay/message.ts'
import { decodeText, type Situation } from './manifest.ts'

const say = (...texts: readonly string[]): string =>
  texts
    .map(
      (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`,
    )
    .join('') + 'data: [DONE]\n\n'

const progressOf = (...texts: readonly string[]): number[] =>
  decodeText(say(...texts)).facts.flatMap((fact) =>
    fact.type === 'progress' ? [fact.progress] : [],
  )

const resultOf = (...texts: readonly string[]): string | null => {
  const { verdict } = decodeText(say(...texts))
  return verdict.is === 'video' ? verdict.url : null
}

test.each([
  ['进度：36.0%', [36]],
  ['进度: 36％', [36]],
  ['当前进度95%', [95]],
  ['视频已生成7%\\n', [7]],
  ['**Video Generation Progress**: 12% (processing)', [12]],
  ['Progress: [████░░░░] 40%', [40]],
  ['PROGRESS 5%', [5]],
  [`Progress${' '.repeat(58)}45...`, [45]],
  ['🏃 进度 36..44..61..', [36, 44, 61]],
  ['🏃 Progress 76...', [76]],
  ['进度 100%', [100]],
  ['进度 250%', [100]],
  ['进度 40%\n进度 30%', [40]],
  ['进度 40%\n正在重试\n进度 30%', [40, 30]],
  ['进度 36', []],
  ['进度 36.', []],
  ['进度 4 / 10', []],
  ['progress: 2-5 minutes', []],
  ['progress 20261122%', []],
  ['44.. 480x854 15s 90%', []],
  ['进度 36.. 然后 44..', [36]],
  ['任务 2026年 61..', []],
])('%j means %o', (text, expected) => {
  expect(progressOf(text)).toEqual(expected)
  expect(progressOf(...text)).toEqual(expected)
})

const cdn = 'https://cdn.example'
test.each([
  [`${cdn}/a/raw?se=1&sig=a%2Fb`, `${cdn}/a/raw?se=1&sig=a%2Fb`],
  [`见${cdn}/v.mp4。下一句`, `${cdn}/v.mp4`],
  [`见${cdn}/v.mp4查看`, `${cdn}/v.mp4`],
  [`Done: ${cdn}/v.mp4.`, `${cdn}/v.mp4`],
  [`**${cdn}/v.mp4**`, `${cdn}/v.mp4`],
  [`<${cdn}/v.mp4>`, `${cdn}/v.mp4`],
  [`\`${cdn}/v.mp4\``, `${cdn}/v.mp4`],
  [`[${cdn}/v.mp4]`, `${cdn}/v.mp4`],
  [`(${cdn}/v.mp4)`, `${cdn}/v.mp4`],
  [`"url": "${cdn}/v.mp4"`, `${cdn}/v.mp4`],
  [`HTTPS://cdn.example/v.mp4 `, 'https://cdn.example/v.mp4'],
  [`[a [b] c](${cdn}/v.mp4)`, `${cdn}/v.mp4`],
  [`[play](<${cdn}/v.mp4> "title")`, `${cdn}/v.mp4`],
  [`[play](/v1/files/1?a=1&amp;b=2)`, 'https://relay.example/v1/files/1?a=1&b=2'],
  [`<video\n controls\n src='${cdn}/v'>`, `${cdn}/v`],
  [`<video src=${cdn}/v.mp4 controls>`, `${cdn}/v.mp4`],
  [`<video poster="${cdn}/p" src="${cdn}/v">`, `${cdn}/v`],
  [`if a <b then ${cdn}/v.mp4 `, `${cdn}/v.mp4`],
  [`a <b${cdn}/v.mp4 `, `${cdn}/v.mp4`],
  [`[watch](${cdn}/1.mp4) [download](${cdn}/2.mp4)`, `${cdn}/1.mp4`],
  [`[watch](${cdn}/1.mp4) [watch](${cdn}/2.mp4)`, `${cdn}/1.mp4`],
  [`[click here](${cdn}/1) ${cdn}/2.mp4`, `${cdn}/1`],
  [`<video src="${cdn}/1"></video> [watch](${cdn}/2.mp4)`, `${cdn}/1`],
  [`[数据预览](https://asyncdata.net/web/t1) ${cdn}/v.mp4`, `${cdn}/v.mp4`],
  ['[video](javascript:alert(1))', null],
  ['[video](data:video/mp4;base64,AAAA)', 'data:video/mp4;base64,AAAA'],
  ['[video](data:text/html;base64,AAAA)', null],
  ['ftp://cdn.example/v.mp4', null],
  ['[play](relative.mp4)', null],
  [`![x](${cdn}/p.png)`, null],
  [`<img src="${cdn}/p">`, null],
  ['https://sora.chatgpt.com/p/s_1', null],
  ['https://help.openai.com/x', null],
  ['❌ 生成失败: see https://x.example/why', null],
  [`<think>[watch](https://x.example/draft)</think>[watch](${cdn}/v)`, `${cdn}/v`],
])('of %j the result is %s', (text, expected) => {
  expect(resultOf(text)).toBe(expected)
  expect(resultOf(...text)).toBe(expected)
})

test('a link is told as soon as it is whole, not before', () => {
  const { facts } = decodeText(say(`[在线播放](${cdn}/v.m`, 'p4', '?a=1', ')', ' 进度：9%'))
  expect(facts.map((fact) => fact.type)).toEqual(['link', 'phase', 'progress'])
})

test('a preview image is told and is not the result', () => {
  const { facts, verdict } = decodeText(say(`![x](${cdn}/p.webp)\n`, `[播放](${cdn}/v.mp4)`))
  expect(facts).toContainEqual({ type: 'preview', url: `${cdn}/p.webp` })
  expect(verdict).toMatchObject({ is: 'video', url: `${cdn}/v.mp4` })
})

test('a task is told with its state page only where the text links it', () => {
  const id = '> ID: `task_1`\n'
  const link = '[数据](https://asyncdata.net/web/task_1)'
  const other =
    '[数据](https://pages.example/web/task_1) [x](https://asyncdata.net.evil.example/web/task_1)'
  expect(decodeText(say(id, link)).facts).toEqual([
    { type: 'task', id: 'task_1', statusUrl: null },
    { type: 'task', id: 'task_1', statusUrl: 'https://asyncdata.net/source/task_1' },
  ])
  expect(decodeText(say(id, other)).verdict.evidence.statusUrl).toBeNull()
})

test('evidence keeps the final text without the echo, the tail and the usage', () => {
  const echo = '```json\n{"prompt":"secret idea"}\n```\n'
  const usage =
    'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\n'
  const { evidence } = decodeText(usage + say(echo, `[播放](${cdn}/v.mp4)`)).verdict
  expect(evidence.text).toBe(`[播放](${cdn}/v.mp4)`)
  expect(evidence.tail).not.toContain('secret idea')
  expect(evidence.usage).toEqual({ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 })
  expect(decodeText(say('x'.repeat(2000))).verdict.evidence.tail).toHaveLength(500)
})

test('of what a relay says, only so much is kept, also when it says it in one piece', () => {
  const { evidence } = decodeText(say('a', 'x'.repeat(900_000), 'b')).verdict
  expect(evidence.text).toHaveLength(65_536)
})

test('what is too long for a link is none, also where a document gives it', () => {
  const give = (length: number) =>
    say(JSON.stringify({ url: `${cdn}/${'a'.repeat(length)}/v.mp4`, status: 'completed' }))
  expect(decodeText(give(1_000)).verdict.is).toBe('video')
  expect(decodeText(give(9_000)).verdict.is).toBe('failure')
})

test.each([
  ['busy, see https://x.example/a?sig=1, later', 'busy, see [link] later'],
  [`${'x'.repeat(60)}https://x.example/a 1https://x.example/b`, '[link] 1[link]'],
  ['key sk-abcdefghijklmnop is wrong', 'key [key] is wrong'],
  [`token ${'A1b2'.repeat(20)} expired`, 'token […] expired'],
  ['failed: 400 - {"prompt":"secret"}', 'failed: 400 -'],
  ['a\n\n b\tc', 'a b c'],
  ['', ''],
])('%j is shown as %j', (text, expected) => {
  expect(toSafeMessage(text)).toBe(expected)
})

test('a long message is cut, and its request id stays', () => {
  const message = toSafeMessage(`${'very long '.repeat(100)}(request id: 20261122)`)
  expect(message).toHaveLength(300)
  expect(message.endsWith('(request id: 20261122)')).toBe(true)
})

test.each([
  [say('❌ 生成失败: the prompt "a red boat at sea" violates our guardrails'), {}],
  [
    JSON.stringify({ error: { message: 'Bad prompt: a red boat at sea', code: 'x' } }),
    { status: 400 },
  ],
] as const)('a relay that quotes the prompt is not quoted', (body, situation: Situation) => {
  const { verdict } = decodeText(body, { ...situation, redact: ['a red boat at sea'] })
  expect(verdict.is === 'video' ? '' : verdict.failure.message).toMatch(/\[…\]/)
  expect(JSON.stringify(verdict.is === 'video' ? '' : verdict.failure)).not.toContain('red boat')
})

test.each([
  ["I'm sorry, but I cannot create that video.", 'not_a_video'],
  ['I’m unable to generate videos of real people.', 'content_policy'],
  ['抱歉，我无法生成这个视频。', 'not_a_video'],
  ['I’m sorry, but I can’t help with that.', 'content_policy'],
  ['I am sorry, but I’m unable to make this video.', 'not_a_video'],
  ['正在为您生成视频，我无法预估时间。', 'empty_result'],
  ['The video was generated, but I cannot show a preview of it.', 'empty_result'],
  ['> Progress 5%\n\nI cannot reach the video any more.', 'empty_result'],
  ['The video is being made.', 'empty_result'],
  ['> ❌ Failed\n> Failure reason: high load, please try again later\n', 'upstream_unavailable'],
])('%j is a failure of the kind %s', (text, code) => {
  const { verdict } = decodeText(say(text))
  expect(verdict).toMatchObject({ is: 'failure', failure: { code } })
})

test.each([
  [500, 'Generation failed: network fluctuations or high load, please try again', 'upstream_error'],
  [408, 'high load', 'gateway_timeout'],
  [524, 'high load', 'gateway_timeout'],
  [401, 'high load', 'auth'],
])(
  'a status %i that only speaks of high load is not taken for a refusal',
  (status, message, code) => {
    const { verdict } = decodeText(JSON.stringify({ error: { message } }), { status })
    expect(verdict).toMatchObject({ is: 'failure', failure: { code } })
    expect(verdict.is === 'failure' && mayRepeat(verdict.failure)).toBe(false)
  },
)

test('what an error object says keeps its first sign', () => {
  const message = '>10 s videos are not supported'
  const { verdict } = decodeText(`data: ${JSON.stringify({ error: { message } })}\n\n`)
  expect(verdict).toMatchObject({ failure: { message } })
})

test('the quote mark in front of a reason is no part of it', () => {
  const { verdict } = decodeText(say('> Failure reason: high load\n'))
  expect(verdict).toMatchObject({ failure: { message: 'Failure reason: high load' } })
})

test.each([
  ['https://asyncdata.net/source/task_1> ID: `A` ', 'A'],
  ['> ID: `A` https://asyncdata.net/source/task_1 ', 'task_1'],
])('the last task that %j names is the one, wherever it is cut', (text, taskId) => {
  for (let at = 0; at <= text.length; at += 1) {
    const { verdict } = decodeText(say(text.slice(0, at), text.slice(at)))
    expect(verdict.evidence.taskId, `cut at ${at}`).toBe(taskId)
  }
})
