import { expect, test } from 'vitest'
import {
  defaultModels,
  findModel,
  isPriced,
  priceOf,
  type Model,
} from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { toRelayWords } from '../../shared/request/toRelayWords.ts'

function parse(value: unknown): Model {
  const result = safeParseModels(JSON.stringify([value]))
  if (!result.ok) throw new Error(result.message)
  return result.models[0]
}

test.each([undefined, '', '  \n'])('no MODELS (%j) means sora-2 and sora-2-pro', (json) => {
  const result = safeParseModels(json)
  expect(result.ok && result.models.map((model) => model.id)).toEqual(['sora-2', 'sora-2-pro'])
})

test('an entry that names a built-in model inherits what it leaves out', () => {
  const model = parse({ id: 'sora-2', relay_model: 'sora_video2', price_usd: 0.05 })
  expect(model).toEqual({ ...defaultModels[0], relayModel: 'sora_video2', priceUsd: 0.05 })
})

test('of an entry of another name nothing is known: no length, no shape, no price', () => {
  expect(parse({ id: 'veo3' })).toMatchObject({
    id: 'veo3',
    relayModel: 'veo3',
    priceUsd: null,
    seconds: [],
    sizes: [],
    aspectRatios: [],
    resolutions: [],
    inputs: null,
    fields: {},
    remix: 'history',
    tell: { seconds: { by: 'prompt' }, size: { by: 'prompt' } },
  })
})

test('seconds may be written as numbers', () => {
  expect(parse({ id: 'a', seconds: [10, '15'] }).seconds).toEqual(['10', '15'])
})

const example =
  ' Write a list such as [{"id": "sora-2"}]; in .dev.vars on one line, or between single quotes.'

test.each([
  [
    'nope',
    `MODELS is not JSON. Cannot read the JSON: it is cut off or its syntax is wrong.${example}`,
  ],
  ['{}', `MODELS must be a list, got an object.${example}`],
  ['[]', `MODELS must have at least 1 entry, got 0.${example}`],
  ['[5]', `MODELS[0] must be an object, got 5.${example}`],
  ['[{}]', 'MODELS[0].id is required.'],
  ['[{"id":""}]', 'MODELS[0].id must have at least 1 character, got 0.'],
  ['[{"id":"a"},{"id":"a"}]', 'MODELS[1].id is given twice.'],
  [
    '[{"id":"a","price":1}]',
    'MODELS[0] has an unknown field `price`. Rename it: there are id, preset, relay_model, price_usd, tell, relays, seconds, sizes, aspect_ratios, resolutions, inputs, fields, remix.',
  ],
  [
    '[{"id":"a"},{"id":"b","price_usd":"1"}]',
    'MODELS[1].price_usd must be an amount in USD, or one for each length such as {"4": 0.4}.',
  ],
  [
    '[{"id":"a","price_usd":-1}]',
    'MODELS[0].price_usd must be an amount in USD, or one for each length such as {"4": 0.4}.',
  ],
  [
    '[{"id":"a","price_usd":{"4s":1}}]',
    'MODELS[0].price_usd must be an amount in USD, or one for each length such as {"4": 0.4}.',
  ],
  ['[{"id":"a","seconds":[]}]', 'MODELS[0].seconds must have at least 1 entry, got 0.'],
  [
    '[{"id":"a","seconds":["8s"]}]',
    'MODELS[0].seconds[0] must be a number of seconds from 1 to 999.',
  ],
  ['[{"id":"a","sizes":["16:9"]}]', 'MODELS[0].sizes[0] must be a size such as 720x1280.'],
  [
    '[{"id":"a","remix":"yes"}]',
    'MODELS[0].remix must be one of history, target_id, off, got a string.',
  ],
  [
    '[{"id":"a","tell":{"seconds":"model"}}]',
    'MODELS[0].relay_model must hold {seconds} when tell.seconds is "model", and only then.',
  ],
  [
    '[{"id":"a","relay_model":"a-{orientation}"}]',
    'MODELS[0].relay_model must hold {size}, {ratio} or {orientation} when tell.size is "model", and only then.',
  ],
])('%s is refused by name', (json, message) => {
  expect(safeParseModels(json)).toEqual({ ok: false, message })
})

test.each([
  ['a listed length', 'sora-2', '8', 1, 0.8],
  ['several', 'sora-2', '12', 3, 3.6],
  ['an unknown length costs as the dearest', 'sora-2', '25', 1, 1.5],
  ['no length costs as the dearest', 'sora-2-pro', null, 2, 9],
  ['a name every object has is no length', 'sora-2', 'constructor', 1, 1.5],
])('price: %s', (_, id, seconds, n, expected) => {
  const model = findModel(defaultModels, id)
  expect(model && priceOf(model, { pricedSeconds: seconds, n })).toBe(expected)
})

test.each([
  ['a length with a price', '8', 0.8],
  ['longer than any that is made at once', '30', 3],
  ['a length between', '9', 1.5],
  ['no length', null, 1.5],
])('the price of an extended video: %s', (_, pricedSeconds, expected) => {
  const told = { as: 'extension', task: null, url: null, seconds: '4' } as const
  const source = { video: 'video_a', relay: 'a', kind: 'videos', told }
  expect(priceOf(defaultModels[0], { pricedSeconds, n: 1, source })).toBe(expected)
})

test('one price for all lengths is just that', () => {
  expect(priceOf(parse({ id: 'a', price_usd: 0.07 }), { pricedSeconds: '8', n: 3 })).toBe(0.21)
})

test.each([
  ['a price', { price_usd: 0 }, true],
  ['none', {}, false],
  ['one at each relay', { relays: [{ relay: 'a', price_usd: 1 }] }, true],
  ['none at one of them', { relays: [{ relay: 'a', price_usd: 1 }, 'b'] }, false],
])('%s: priced is %s', (_, entry, expected) => {
  expect(isPriced(parse({ id: 'm', ...entry }))).toBe(expected)
})

const names = { relay_model: 'sora2-{orientation}-{seconds}s', seconds: ['10', '15'] }

test.each([
  ['the model’s habit is not said', {}, '4', '720x1280', 'm', '', {}],
  ['words after the prompt', {}, '8', '1280x720', 'm', ' 横屏 16:9, 8s', {}],
  ['only what differs', {}, '8', '720x1280', 'm', ' 8s', {}],
  ['a larger shape is HD', {}, '4', '1024x1792', 'm', ' 竖屏 9:16 高清', {}],
  ['a square', { sizes: ['720x1280', '720x720'] }, '4', '720x720', 'm', ' 方形 1:1', {}],
  [
    'our own words',
    {
      tell: {
        seconds: { by: 'prompt', text: '({seconds} seconds)' },
        size: { by: 'prompt', text: '{shape} = {size} = {ratio} = {orientation}' },
      },
    },
    '12',
    '1792x1024',
    'm',
    ' landscape 16:9 HD = 1792x1024 = 16:9 = landscape, (12 seconds)',
    {},
  ],
  [
    'in the model’s name, which is always complete',
    { ...names, tell: { seconds: 'model', size: 'model' } },
    '10',
    '720x1280',
    'sora2-portrait-10s',
    '',
    {},
  ],
  [
    'as fields',
    { tell: { seconds: 'field', size: 'field' } },
    '8',
    '1280x720',
    'm',
    '',
    { seconds: '8', size: '1280x720' },
  ],
  [
    'as fields of another name and form',
    {
      tell: {
        seconds: { by: 'field', name: 'duration', as: 'number' },
        size: { by: 'field', name: 'aspect_ratio', as: 'ratio' },
      },
    },
    '8',
    '1280x720',
    'm',
    '',
    { duration: 8, aspect_ratio: '16:9' },
  ],
  [
    'as fields, unless it is the habit',
    { tell: { seconds: 'field' } },
    '4',
    '720x1280',
    'm',
    '',
    {},
  ],
  ['not at all', { tell: { seconds: 'off', size: 'off' } }, '8', '1280x720', 'm', '', {}],
])('length and shape are told: %s', (_, entry, seconds, size, relayModel, words, fields) => {
  const model = parse({ id: 'm', preset: 'sora-2', ...entry })
  expect(toRelayWords(model, seconds, size)).toEqual({
    relayModel,
    words,
    fields,
  })
})
