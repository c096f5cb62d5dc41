import { expect, test } from 'vitest'
import * as z from 'zod/v4'
import list from '../../fixtures/relay/manifest.json' with { type: 'json' }
import { expectRecording, Recording } from './manifest.ts'

const bodies = import.meta.glob<string>('../../fixtures/relay/*.{sse,json,html,ndjson}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const folder = '../../fixtures/relay/'
const recordings = z.array(Recording).parse(list)

test('every recording has its entry, and every entry its recording', () => {
  const files = Object.keys(bodies).map((path) => path.slice(folder.length))
  expect(recordings.map(({ file }) => file).toSorted()).toEqual(
    files.filter((file) => file !== 'manifest.json').toSorted(),
  )
})

test.each(recordings.map((recording) => [recording.file, recording] as const))(
  '%s means the same however it arrives',
  (file, recording) => {
    expectRecording(recording, new TextEncoder().encode(bodies[folder + file] ?? ''))
  },
)
