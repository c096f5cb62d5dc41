// Every recorded answer at hand, with what it must become: our own, and those of a corpus when
// REELAY_CORPUS names its folder.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/v4'
import { Recording } from '../shared/relay/manifest.ts'

export interface StoredRecording extends Recording {
  readonly bytes: Uint8Array
  readonly contentType: string
}

const corpus = process.env['REELAY_CORPUS']
const folders = [
  join(import.meta.dirname, '../fixtures/relay'),
  ...(corpus === undefined ? [] : [join(corpus, 'transcripts')]),
]

export const recordings: readonly StoredRecording[] = folders.flatMap((folder) => {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  return z
    .array(Recording)
    .parse(manifest)
    .map((recording) => ({
      ...recording,
      bytes: readFileSync(join(folder, recording.file)),
      contentType: toContentType(recording.file),
    }))
})

/** A recording keeps no headers; its name says what it was. */
function toContentType(file: string): string {
  if (file.endsWith('.json')) return 'application/json'
  if (file.endsWith('.html')) return 'text/html'
  return 'text/event-stream'
}
