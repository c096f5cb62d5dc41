// Runs one recorded answer through the reader in every way a network can deliver it, and holds the
// outcome against its manifest. Shared by our own fixtures and by any other folder of recordings.

import { expect } from 'vitest'
import * as z from 'zod/v4'
import type { ChatVerdict } from '../../../shared/relay/chat/readAnswer.ts'
import type { Ending, RelayFact } from '../../../shared/relay/relay.ts'
import { readRelayAnswer } from '../../../shared/relay/chat/readAnswer.ts'

export const Recording = z.object({
  file: z.string(),
  http_status: z.number(),
  outcome: z.enum(['success', 'failure']),
  error_class: z.string().nullable(),
  /** Other honest codes, where the bytes alone do not decide. */
  accept: z.array(z.string()).optional(),
  /** Any of these is right. */
  final_urls: z.array(z.string()),
  /** Links that must not be the result. */
  decoy_urls: z.array(z.string()),
  progress: z.array(z.number()),
  task_ids: z.array(z.string()),
  charge: z.enum(['none', 'possible', 'certain']).optional(),
  relay_outcome: z.enum(['known', 'unknown']).optional(),
})
export type Recording = z.infer<typeof Recording>

export interface Decoded {
  readonly facts: readonly RelayFact[]
  readonly verdict: ChatVerdict
}

export interface Situation {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly ending?: Ending
  readonly redact?: readonly string[]
  readonly requestLinks?: readonly string[] | undefined
}

const origin = 'https://relay.example'
/** What the clock says in every test, ms since epoch. */
const now = Date.UTC(2026, 10, 22, 9, 0, 0)

export function decode(chunks: Iterable<Uint8Array>, situation: Situation = {}): Decoded {
  const answer = readRelayAnswer(
    {
      status: situation.status ?? 200,
      header: (name) => situation.headers?.[name.toLowerCase()] ?? null,
      now,
    },
    {
      baseUrl: `${origin}/v1`,
      redact: situation.redact,
      requestLinks: situation.requestLinks,
    },
  )
  const facts: RelayFact[] = []
  for (const chunk of chunks) facts.push(...answer.feed(chunk))
  const end = answer.end(situation.ending ?? 'end')
  return { facts: [...facts, ...end.facts], verdict: end.verdict }
}

export function decodeText(text: string, situation?: Situation): Decoded {
  return decode([new TextEncoder().encode(text)], situation)
}

/** One byte per chunk. */
function* byteByByte(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += 1) yield body.subarray(at, at + 1)
}

/** Splits tried per recording: all of a short one, evenly spread over a long one. */
const MOST_SPLITS = 120

export function expectRecording(recording: Recording, body: Uint8Array): void {
  const situation = { status: recording.http_status }
  const whole = decode([body], situation)
  expectOutcome(recording, whole)
  expect(decode(byteByByte(body), situation)).toEqual(whole)
  const step = Math.max(1, Math.floor(body.length / MOST_SPLITS))
  for (let at = 1; at < body.length; at += step) {
    const split = [body.subarray(0, at), new Uint8Array(0), body.subarray(at)]
    expect(decode(split, situation)).toEqual(whole)
  }
  const text = new TextDecoder().decode(body)
  expect(decodeText(text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'), situation)).toEqual(
    whole,
  )
  expect(decodeText(`\uFEFF${text}`, situation)).toEqual(whole)
  expect(decodeText(text.trimEnd(), situation)).toEqual(whole)
}

function expectOutcome(recording: Recording, { facts, verdict }: Decoded): void {
  const { outcome, error_class, accept = [], progress, task_ids } = recording
  const code = verdict.is === 'video' ? null : verdict.failure.code
  const isAccepted = accept.includes(code ?? 'completed')
  const said = {
    outcome: isAccepted ? outcome : code === null ? 'success' : 'failure',
    error_class: isAccepted ? error_class : code,
    progress: facts.flatMap((fact) => (fact.type === 'progress' ? [fact.progress] : [])),
    task_ids: [...new Set(facts.flatMap((fact) => (fact.type === 'task' ? [fact.id] : [])))],
  }
  // What stands twice in an answer is told once.
  const told = progress.filter((value, n) => value !== progress[n - 1])
  expect(said).toEqual({ outcome, error_class, progress: told, task_ids })
  const links = facts.flatMap((fact) => (fact.type === 'link' ? [fact.url] : []))
  if (verdict.is === 'video') {
    const right = recording.final_urls.map((url) => (url.startsWith('/') ? origin + url : url))
    expect(right).toContain(verdict.url)
    expect(links.at(-1)).toBe(verdict.url)
    expect(recording.decoy_urls).not.toContain(verdict.url)
    expect(verdict.evidence.text).not.toContain('"prompt"')
  } else {
    if (verdict.failure.charge !== 'certain') expect(links).toEqual([])
    expect(verdict.failure.message).not.toBe('')
    expect(verdict.failure.message).not.toContain('://')
    if (recording.charge !== undefined) expect(verdict.failure.charge).toBe(recording.charge)
    if (recording.relay_outcome !== undefined) {
      expect(verdict.failure.outcome).toBe(recording.relay_outcome)
    }
  }
}
