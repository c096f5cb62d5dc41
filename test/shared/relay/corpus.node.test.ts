// Holds the reader against recordings that are not ours to keep: set REELAY_CORPUS to a folder with
// `transcripts/`, `more/`, `sse-conformance.json` and `upstream-faults.json`. Our own are always among them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod/v4'
import { mayRepeat } from '../../../shared/video/failures.ts'
import { faults } from './faults.ts'
import { decodeText, expectRecording, Recording } from './manifest.ts'

const ours = join(import.meta.dirname, '../../fixtures/relay')
const corpus = process.env['REELAY_CORPUS']
const theirs = corpus === undefined ? [] : [join(corpus, 'transcripts'), join(corpus, 'more')]
const folders = [ours, ...theirs]

test.each(folders)('every recording in %s reads as its manifest says', (folder) => {
  const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
  for (const recording of z.array(Recording).parse(JSON.parse(text))) {
    expectRecording(recording, readFileSync(join(folder, recording.file)))
  }
})

const CatalogueRow = z.object({ id: z.string(), charged: z.string(), job_state: z.string() })
/** Decided by the host, which knows how long it is willing to wait. */
const decidedByHost = new Set(['429-huge'])

const catalogue =
  corpus === undefined
    ? faults.map(({ id, means, repeats }) => ({
        id,
        charged: means !== 'ok' && means[1] === 'none' ? 'no' : 'unknown',
        job_state: toState(means === 'ok' ? null : means[2], repeats),
      }))
    : z
        .object({ faults: z.array(CatalogueRow) })
        .parse(JSON.parse(readFileSync(join(corpus, 'upstream-faults.json'), 'utf8'))).faults

function toState(outcome: 'known' | 'unknown' | null, repeats: boolean): string {
  if (outcome === null) return 'succeeded'
  if (repeats) return 'queued'
  return outcome === 'known' ? 'failed' : 'unknown'
}

test('a catalogue of faults agrees about charge, outcome and repetition', () => {
  const known = new Map(faults.map((fault) => [fault.id, fault]))
  let compared = 0
  for (const { id, charged, job_state } of catalogue) {
    const fault = known.get(id)
    if (fault === undefined || decidedByHost.has(id)) continue
    compared += 1
    const { verdict } = decodeText(fault.body, fault)
    const state =
      verdict.is === 'video'
        ? 'succeeded'
        : toState(verdict.failure.outcome, mayRepeat(verdict.failure))
    expect({ id, state: job_state.includes(state) }).toEqual({ id, state: true })
    if (verdict.is === 'failure') {
      expect({ id, free: verdict.failure.charge === 'none' }).toEqual({
        id,
        free: charged === 'no',
      })
    }
  }
  expect(compared).toBeGreaterThan(40)
})

const LayerCase = z.object({ id: z.string(), input: z.string(), required_outcome: z.string() })
const layers =
  corpus === undefined
    ? [
        {
          id: 'finish-without-done',
          input: 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
          required_outcome: 'complete',
        },
      ]
    : z
        .object({ openai_layer: z.array(LayerCase) })
        .parse(JSON.parse(readFileSync(join(corpus, 'sse-conformance.json'), 'utf8'))).openai_layer

/** What each outcome of the OpenAI layer leaves possible for an answer that should be a video. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  complete: ['ok', 'empty_result', 'not_a_video'],
  incomplete: ['truncated_stream'],
  malformed: ['truncated_stream'],
  upstream_error: ['upstream_error', 'quota', 'invalid_request', 'no_channel', 'content_policy'],
  not_event_stream: ['upstream_error'],
  no_video: ['empty_result', 'not_a_video'],
  incomplete_or_no_video: ['empty_result', 'not_a_video', 'truncated_stream'],
  refused: ['content_policy'],
}

test.each(layers)('the OpenAI layer case $id ends $required_outcome', (layer) => {
  const isReset = layer.input.includes('<TCP RST>')
  const input = layer.input.replace('<TCP RST>', '')
  const text = input.includes('50,000 times')
    ? `data: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n\n`
    : input
  const { verdict } = decodeText(text, { ending: isReset ? 'broken' : 'end' })
  expect(allowed[layer.required_outcome]).toContain(
    verdict.is === 'video' ? 'ok' : verdict.failure.code,
  )
})
