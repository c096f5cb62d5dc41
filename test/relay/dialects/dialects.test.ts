import { expect, test } from 'vitest'
import { createJob } from '../job.ts'
import { dialects, isDialectId } from './dialects.ts'

const JOB = {
  prompt: 'a "cat" at 90% <b>, 8s, 9:16',
  model: 'sora-2',
  number: 7,
  linkOrigin: 'https://cdn.example',
  taskOrigin: 'https://asyncdata.net',
  stepMs: 0,
  progress: [12, 36.5, 88],
}
const job = createJob(JOB)

/** All text a client could read: chunk by chunk, whatever field it stands in. */
function readChunks(id: keyof typeof dialects): unknown[] {
  const wire = [...dialects[id].speak(job)].filter((frame) => typeof frame === 'string').join('')
  return wire
    .split('\n')
    .map((line) => line.trim().replace(/^data: ?/, ''))
    .filter((line) => line !== '' && line !== '[DONE]' && !/^(:|id:)/.test(line))
    .map((line): unknown => JSON.parse(line))
}

const ids = Object.keys(dialects).filter(isDialectId)
const withoutLink: readonly string[] = ['D1-task', 'D4-fail', 'D5-relative']

test.each(ids)('%s is valid JSON, line by line', (id) => {
  expect(readChunks(id).length).toBeGreaterThan(0)
})

test.each(ids)('%s names the video exactly when it promises one', (id) => {
  const text = readText(readChunks(id))
  expect(text.replaceAll('&amp;', '&').includes(job.videoUrl)).toBe(!withoutLink.includes(id))
})

test.each(ids)('%s reports nothing that was not in the plan', (id) => {
  const pauses = [...dialects[id].speak(job)].filter((frame) => typeof frame !== 'string')
  const reported = pauses.map((pause) => pause.progress).filter((progress) => progress !== null)
  expect(job.progress).toEqual(expect.arrayContaining(reported))
})

test('D1 repeats the prompt token by token and still unbroken', () => {
  const text = readText(readChunks('D1'))
  expect(text).toContain(JSON.stringify(job.prompt))
  expect(text).toContain('>🏃 进度 12..36.5..88..')
  expect(readChunks('D1').length).toBeGreaterThan(20)
})

test('D2 reports decimals behind a full-width colon', () => {
  expect(readText(readChunks('D2'))).toContain('进度：36.5%')
})

test('D5 writes links as HTML does', () => {
  const link = job.videoUrl.replace('&', '&amp;')
  for (const id of ['D5-v1', 'D5-v2'] as const) expect(readText(readChunks(id))).toContain(link)
})

test.each([
  ['a cat, 8s, 9:16', 'sora-2', 8, 'portrait'],
  ['a cat, 12 s', 'sora-2', 12, 'portrait'],
  ['a cat, 12 s, landscape 16:9', 'sora-2', 12, 'landscape'],
  ['竖屏 a cat', 'sora2-15s', 15, 'portrait'],
  ['a cat of the 1980s', 'sora_video2-portrait', 4, 'portrait'],
])('"%s" for %s is %i seconds, %s', (prompt, model, seconds, orientation) => {
  const asked = createJob({ ...JOB, prompt, model })
  expect(asked).toMatchObject({ seconds, orientation })
  expect(asked.videoUrl).toContain(`?seconds=${seconds}&`)
})

/** Joins every string in order: tokens of one text join to that text. */
function readText(chunks: readonly unknown[]): string {
  const texts: string[] = []
  const visit = (value: unknown) => {
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  for (const chunk of chunks)
    visit(isChunk(chunk) ? chunk.choices.map((choice) => choice.delta) : chunk)
  return texts.join('')
}

interface Chunk {
  readonly choices: readonly { readonly delta: object }[]
}
function isChunk(value: unknown): value is Chunk {
  return typeof value === 'object' && value !== null && 'choices' in value
}
