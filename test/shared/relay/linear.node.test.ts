// Hostile texts cost what long texts cost: four times the input at most six times the work. Times
// are compared with each other only, best of several, and a bad moment of the machine gets a retry.

import { expect, test } from 'vitest'
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
  'error',
  'sk-',
  '{"error":',
] as const

function toBody(text: string, perChunk: number): Uint8Array {
  let body = ''
  for (let at = 0; at < text.length; at += perChunk) {
    body += `data: ${JSON.stringify({ choices: [{ delta: { content: text.slice(at, at + perChunk) } }] })}\n\n`
  }
  return new TextEncoder().encode(body)
}

function bestMs(body: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 2; run += 1) {
    const start = performance.now()
    decode([body], { limits: { line: 8 * KiB * KiB, answer: 128 * KiB * KiB } })
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/** The factor by which four times the input costs more; the best of a few attempts. */
function growth(unit: string, length: number, perChunk: number): number {
  const small = toBody(unit.repeat(Math.ceil(length / unit.length)), perChunk)
  const large = toBody(unit.repeat(Math.ceil((4 * length) / unit.length)), perChunk)
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 4 && best > 6; attempt += 1) {
    // Half a millisecond on both sides keeps the clock's grain out of tiny times.
    best = Math.min(best, (bestMs(large) + 0.5) / (bestMs(small) + 0.5))
  }
  return best
}

test.each(hostile)('1 MiB of %j in whole chunks grows in line with its length', (unit) => {
  expect(growth(unit, 256 * KiB, 256 * KiB)).toBeLessThanOrEqual(6)
})

test.each(hostile)('%j in chunks of one character grows in line with its length', (unit) => {
  expect(growth(unit, 8 * KiB, 1)).toBeLessThanOrEqual(6)
})
