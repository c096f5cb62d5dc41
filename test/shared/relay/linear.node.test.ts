// Hostile texts cost what long texts cost: four times the input at most six times the work. The
// processor's time is compared with itself only, best of several, so that a busy machine gets a retry
// and a quadratic extractor, at sixteen times, does not.

import { expect, test } from 'vitest'
import { createAnswerText } from '../../../shared/relay/chat/answerText.ts'
import { decode } from './manifest.ts'

const KiB = 1024

const hostile = [
  '[',
  '![',
  '](',
  '[a](',
  '<',
  '<video ',
  '<video src="',
  '<video a=',
  'h',
  'http://',
  'https://a',
  'https://x/é',
  'https://x/(',
  'https://x/a\\_',
  'https://a,',
  'a/b/',
  '(',
  '[https://a]',
  '1',
  '1.',
  '..',
  '进度 ',
  '进度 1',
  '进度 1..',
  '`',
  '```',
  '```json ',
  '{',
  '{"a":',
  '"',
  '\\',
  '```json\n{"prompt":"',
  '<think>',
  '</think>',
  '任务ID: `a',
  'task_',
  '❌',
  '❌\n',
  '重试\n',
  '\n',
  ' ',
  '&amp;',
  'data:video/',
  '[a](data:video/mp4,',
  'insufficient ',
  'used x ',
  '<a href="https://x">',
  'error',
  'sk-',
  '{"error":',
] as const

function readLine(text: string): void {
  const body = `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`
  decode([new TextEncoder().encode(body)])
}

function readInPieces(text: string): void {
  const bytes = new TextEncoder().encode(`data: {"content":${JSON.stringify(text)}}\n\n`)
  decode(
    Array.from({ length: Math.ceil(bytes.length / 8) }, (_, n) => bytes.subarray(8 * n, 8 * n + 8)),
  )
}

function readBroken(text: string): void {
  decode([new TextEncoder().encode(`data: {"content":"${text}`)])
}

function readRefusal(text: string): void {
  decode([new TextEncoder().encode(JSON.stringify({ error: { message: text } }))], { status: 400 })
}

function readWhole(text: string): void {
  const answer = createAnswerText(() => undefined)
  answer.pushContent(text)
  answer.end(false)
}

function readByCharacter(text: string): void {
  const answer = createAnswerText(() => undefined)
  for (const char of text) answer.pushContent(char)
  answer.end(false)
}

function bestMs(read: (text: string) => void, text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 2; run += 1) {
    const start = process.cpuUsage()
    read(text)
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

/** The factor by which four times the input costs more; the best of a few attempts. */
function growth(read: (text: string) => void, unit: string, length: number): number {
  const large = unit.repeat(Math.ceil(length / unit.length))
  const small = large.slice(0, large.length / 4)
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 10 && best > 6; attempt += 1) {
    // Half a millisecond on both sides keeps the clock's grain out of tiny times.
    best = Math.min(best, (bestMs(read, large) + 0.5) / (bestMs(read, small) + 0.5))
  }
  return best
}

test.each(hostile)('512 KiB of %j in one text costs in line with its length', (unit) => {
  expect(growth(readWhole, unit, 512 * KiB)).toBeLessThanOrEqual(6)
})

test.each(hostile)('%j in texts of one character costs in line with its length', (unit) => {
  expect(growth(readByCharacter, unit, 64 * KiB)).toBeLessThanOrEqual(6)
})

test.each(hostile)('a line full of %j costs in line with its length', (unit) => {
  for (const read of [readLine, readInPieces, readBroken, readRefusal]) {
    expect(growth(read, unit, 128 * KiB), read.name).toBeLessThanOrEqual(6)
  }
})
