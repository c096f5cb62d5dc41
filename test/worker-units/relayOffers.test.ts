// What a relay tells of its models, in the units it tells it in; and how a setting gets into a file.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readOffers } from '../../worker/cli/relayOffers.ts'
import { writeSetting } from '../../worker/cli/writeSetting.ts'

const tell = (more: object) =>
  readOffers({ data: [{ id: 'a/b', supported_durations: [5, 8], ...more }] })[0]

test.each<[string, object, unknown]>([
  ['dollars by the second', { duration_seconds: '0.07' }, { '5': 0.35, '8': 0.56 }],
  [
    'the dearest of several',
    { duration_seconds_without_audio: '0.1', duration_seconds_with_audio_1080p: '0.4' },
    { '5': 2, '8': 3.2 },
  ],
  ['cents by the second', { cents_per_second_output: '12' }, { '5': 0.6, '8': 0.96 }],
  ['tokens', { video_tokens: '0.0000012' }, null],
  [
    'tokens beside seconds, which may be dearer',
    { duration_seconds: '0.1', video_tokens: '1' },
    null,
  ],
  ['pixels', { cents_per_second_megapixel: '1' }, null],
  ['nothing', {}, null],
  ['no number', { duration_seconds: 'ask' }, null],
])('a price told in %s', (_name, pricing_skus, price) => {
  expect(tell({ pricing_skus })?.price ?? null).toEqual(price)
})

test('sizes as they are told, or made of shapes and resolutions', () => {
  const shapes = {
    supported_aspect_ratios: ['16:9', '9:16', '21:9', 'auto'],
    supported_resolutions: ['720p', '4K'],
  }
  expect(tell({ ...shapes, supported_sizes: ['1280x720', 'auto'] })?.sizes).toEqual(['1280x720'])
  expect(tell({ ...shapes, supported_sizes: null })?.sizes).toEqual([
    '1280x720',
    '720x1280',
    '1680x720',
    '3840x2160',
    '2160x3840',
    '5040x2160',
  ])
  expect(tell({ supported_durations: null, pricing_skus: { duration_seconds: '1' } })).toEqual({
    id: 'a/b',
    seconds: [],
    sizes: [],
    price: null,
  })
})

test.each([undefined, null, [], {}, { data: null }, { data: [null, 1, { id: 1 }] }])(
  '%j tells nothing',
  (document) => expect(readOffers(document)).toEqual([]),
)

const folder = mkdtempSync(join(tmpdir(), 'reelay-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each<[string, string, string | null]>([
  ['at the end', 'A=1', 'A=1\nM=\'["b"]\'\n'],
  ['into nothing', '', 'M=\'["b"]\'\n'],
  ['in its place', 'A=1\nM=[old] # why\nB=2\n', 'A=1\nM=\'["b"]\'\nB=2\n'],
  ['over lines', "A=1\nM='[\n1\n]'\nB=2\n", 'A=1\nM=\'["b"]\'\nB=2\n'],
  ['where it is empty', 'A=1\nM=\nB=2\n', 'A=1\nM=\'["b"]\'\nB=2\n'],
  ['not where it stands in another', "A='\nM=1\n'\n", null],
])('a setting is written %s', (_name, before, after) => {
  const file = join(folder, 'vars')
  writeFileSync(file, before)
  expect(writeSetting(file, 'M', '["b"]')).toBe(after !== null)
  expect(readFileSync(file, 'utf8')).toBe(after ?? before)
})

test('what no quotes can hold is not written', () => {
  const file = join(folder, 'vars')
  writeFileSync(file, 'A=1\n')
  expect(writeSetting(file, 'M', `'"\``)).toBe(false)
  expect(readFileSync(file, 'utf8')).toBe('A=1\n')
})
