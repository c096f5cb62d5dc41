import { expect, test } from 'vitest'
import { isSeconds, isSize } from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { presetIds, presets, type Preset } from '../../shared/request/presets.ts'
import { ratioPattern, resolutionPattern } from '../../shared/request/shape.ts'

// What a model does by itself is part of keys: a row that was released never changes its first entry.
const firsts = {
  'sora-2': ['4', '720x1280'],
  'seedance-2': ['5', undefined],
  'kling-3': ['5', undefined],
  'wan-2.7': ['5', undefined],
  'wan-3': ['5', undefined],
  'grok-imagine': ['8', undefined],
  'gemini-omni-1.1': ['', undefined],
  'veo-3.1': ['8', undefined],
  'hailuo-2.3': ['6', undefined],
  'hailuo-3': ['', undefined],
  'vidu-q3': ['5', undefined],
  'runway-gen4.5': ['5', ''],
  jimeng: ['5', undefined],
}

test('the first length and size of each row stay what they are', () => {
  const rows = presetIds.map((id): [string, unknown] => {
    const row: Preset = presets[id]
    return [id, [row.seconds?.[0], row.sizes?.[0]]]
  })
  expect(Object.fromEntries(rows)).toEqual(firsts)
})

test.each(presetIds)('%s is a whole row', (id) => {
  const row: Preset = presets[id]
  const { seconds = [], sizes = [], aspectRatios = [], resolutions = [], inputs = [] } = row
  expect(seconds.filter((one) => one !== '' && !isSeconds(one))).toEqual([])
  expect(sizes.filter((one) => one !== '' && !isSize(one))).toEqual([])
  expect(aspectRatios.filter((one) => !ratioPattern.test(one))).toEqual([])
  // They are compared in small letters.
  expect(resolutions.filter((one) => !resolutionPattern.test(one))).toEqual([])
  expect(resolutions).toEqual(resolutions.map((one) => one.toLowerCase()))
  for (const list of [seconds, sizes, aspectRatios, resolutions, inputs]) {
    expect(new Set(list).size).toBe(list.length)
  }
  if (aspectRatios.length > 0) expect(inputs).toContain('aspect_ratio')
  if (resolutions.length > 0) expect(inputs).toContain('resolution')
})

function parse(entry: unknown) {
  return safeParseModels(JSON.stringify([entry]))
}

test('an entry takes from its preset what it does not say, and never a price', () => {
  const result = parse({ id: 'veo', preset: 'veo-3.1', relay_model: 'veo-3.1-fast', seconds: [8] })
  expect(result.ok && result.models[0]).toMatchObject({
    id: 'veo',
    relayModel: 'veo-3.1-fast',
    priceUsd: null,
    seconds: ['8'],
    sizes: [],
    aspectRatios: ['16:9', '9:16'],
    inputs: presets['veo-3.1'].inputs,
  })
})

test('a model whose name holds a length has the usual ones to choose from', () => {
  const result = parse({ id: 'm', relay_model: 'm-{seconds}s', tell: { seconds: 'model' } })
  expect(result.ok && result.models[0]).toMatchObject({
    seconds: ['4', '8', '10', '12', '15'],
    sizes: [],
  })
})

test.each<[object, string]>([
  [{ preset: 'veo-9' }, 'MODELS[0].preset must be one of sora-2, '],
  [
    { preset: 'gemini-omni-1.1', relay_model: 'g-{seconds}s', tell: { seconds: 'model' } },
    'MODELS[0].seconds is required when tell.seconds is "model".',
  ],
  [{ inputs: ['lora'] }, 'MODELS[0].inputs[0] must be one of input_reference, last_frame, '],
  [{ aspect_ratios: ['wide'] }, 'MODELS[0].aspect_ratios[0] must be a ratio such as 16:9.'],
  [{ resolutions: ['HD'] }, 'MODELS[0].resolutions[0] must be a resolution such as 720p or 4k.'],
  [
    { fields: { quality: 0 } },
    'MODELS[0].fields.quality must be true, or how many times the price a request with this field costs.',
  ],
])('%j is refused by name', (entry, message) => {
  const result = parse({ id: 'm', ...entry })
  expect(result.ok ? '' : result.message).toContain(message)
})
