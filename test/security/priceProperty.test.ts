// What is held is never less than the price of the bytes that are sent, whatever is asked: random
// requests, with lengths said in prompts and fields, against every kind of relay. The price is read
// from the relay's body by other means than the code that holds it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kindIds, kinds, type KindId } from '../../shared/relay/kinds.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { createRemixRequest } from '../../shared/request/remix.ts'
import {
  safeParseChatRequest,
  safeParseVideoRequest,
  type RequestResult,
} from '../../shared/request/request.ts'
import type { JsonValue } from '../../shared/wire/json.ts'
import { toCandidates, toPrice } from '../../worker/candidates.ts'
import type { Relay, Relays } from '../../worker/settings/relays.ts'

const sold = { '4': 0.4, '8': 0.8, '12': 1.2, '15': 1.5 }
const lengths = Object.keys(sold) as (keyof typeof sold)[]

/** How people, and whoever wants more than they pay for, write a length. */
const spellings: readonly ((seconds: string) => string)[] = [
  (s) => `${s}s`,
  (s) => `${s} s`,
  (s) => `${s}S`,
  (s) => `${s} sec`,
  (s) => `${s}secs`,
  (s) => `${s} seconds`,
  (s) => `${s}-second`,
  (s) => `${s}        seconds`,
  (s) => `${s} sekunder`,
  (s) => `--seconds ${s}`,
  (s) => `**${s}** seconds`,
  (s) => `${s}\u200bseconds`,
  (s) => `0${s}s`,
  (s) => `${s}.0s`,
  (s) => `${s}秒`,
  (s) => `${s} 秒钟`,
  (s) => `${s}秒間`,
  (s) => `${s}초`,
  (s) => `${s} секунд`,
  (s) => `${s} сек`,
  (s) => `${s} segundos`,
  (s) => `${s} secondes`,
  (s) => `${s} Sekunden`,
  (s) => `${s} secondi`,
  (s) => `${s} giây`,
  (s) => `${s} detik`,
  (s) => `${s} saniye`,
  (s) => `${s}วินาที`,
  (s) => `時間 ${s.replace(/\d/g, (digit) => '０１２３４５６７８９'.charAt(Number(digit)))}秒`,
  (s) => `--duration ${s}`,
  (s) => `--dur ${s}`,
  (s) => `duration: ${s}`,
  (s) => `时长：${s}`,
  (s) => ({ '4': 'four', '8': 'eight', '12': 'twelve', '15': 'fifteen' })[s] + ' seconds',
  (s) => ({ '4': '四', '8': '八', '12': '十二', '15': '十五' })[s] + '秒',
]

const length = fc.constantFrom(...lengths)
const said = fc.record({ seconds: length, spell: fc.constantFrom(...spellings) })
const words = fc.constantFrom('a cat', 'surfing', '猫', 'in 2 hats', ',', '24 fps', '')
const prompt = fc
  .array(
    fc.oneof(
      words,
      said.map(({ seconds, spell }) => spell(seconds)),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(' ') || 'x')

const extra = fc.dictionary(
  fc.constantFrom('duration', 'video_length', 'durationSeconds', 'style', 'extra_body', 'frames'),
  fc.oneof(
    length,
    length.map(Number),
    fc.constant('noir'),
    length.map((seconds) => ({ duration: Number(seconds) })),
    length.map((seconds) => [{ config: { 'video-duration': seconds } }]),
    length.map((seconds) => `{"Duration": ${seconds}}`),
  ),
  { maxKeys: 2 },
)
const n = fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined })
const fields = fc.record({ seconds: fc.option(length, { nil: undefined }), n, extra })

const tells: readonly JsonValue[] = [
  'prompt',
  'off',
  'field',
  { by: 'field', name: 'dur', as: 'number' },
  { by: 'prompt', text: 'T{seconds}!' },
  { by: 'prompt', text: 'lasting {seconds} seconds' },
]
const market = fc.record({
  kinds: fc.uniqueArray(fc.constantFrom<KindId>(...kindIds), { minLength: 1, maxLength: 3 }),
  tell: fc.constantFrom(...tells),
  dearer: fc.constantFrom(1, 2, 3),
})

function open({
  kinds: asked,
  tell,
  dearer,
}: {
  kinds: KindId[]
  tell: JsonValue
  dearer: number
}) {
  const prices = (factor: number) =>
    Object.fromEntries(Object.entries(sold).map(([seconds, usd]) => [seconds, usd * factor]))
  const relays = asked.map((_, at) => ({
    relay: `r${at}`,
    price_usd: prices(at === 1 ? dearer : 1),
  }))
  const entry = { id: 'm', seconds: lengths, price_usd: sold, tell: { seconds: tell }, relays }
  const models = safeParseModels(JSON.stringify([entry]))
  if (!models.ok) throw new Error(models.message)
  const list = asked.map((kind, at) => ({ id: `r${at}`, kind }) as Relay)
  return { models: models.models, relays: list as unknown as Relays, asked }
}

/** USD that a relay bills for this body, if it takes the longest that is named in it. */
function billOf(body: unknown, factor: number): number {
  const text = JSON.stringify(body).normalize('NFKC').replaceAll('\u200b', '').toLowerCase()
  const isNamed = (seconds: string) => {
    const spelled = [...spellings, (s: string) => `t${s}!`]
      .map((spell) => spell(seconds).normalize('NFKC').replaceAll('\u200b', '').toLowerCase())
      .some((spelling) => text.includes(spelling))
    const field = new RegExp(
      `\\\\?"[a-z_-]*(?:dur|duration|length|seconds)[a-z_-]*\\\\?": ?"?${seconds}\\b`,
    )
    return spelled || field.test(text)
  }
  const named = lengths.filter((seconds) => isNamed(seconds))
  const one = Math.max(sold['4'], ...named.map((seconds) => sold[seconds]))
  const count = Number(/"n":(\d+)/.exec(text)?.[1] ?? 1)
  return one * factor * count
}

function check(
  result: RequestResult,
  { models, relays, asked }: ReturnType<typeof open>,
  dearer: number,
) {
  if (!result.ok) return
  const { attachments: _, ...order } = result.request
  const found = toCandidates({ models, relays }, order)
  if (!found.ok) return
  const held = Math.max(...found.candidates.map((one) => toPrice(one, order)))
  for (const { relay, model } of found.candidates) {
    const { body } = kinds[relay.kind].order(order, model)
    const sent = body?.as === 'json' ? body.value : body?.fields
    // A prompt says nothing to a relay that is told the length in a field of its own.
    const isTold = relay.kind !== 'chat' || model.tell.seconds.by === 'field'
    const read = isTold ? withoutWords(sent) : sent
    const at = asked.indexOf(relay.kind)
    const bill = Math.round(billOf(read, at === 1 ? dearer : 1) * 1e6)
    expect({ held: held >= bill, sent }).toEqual({ held: true, sent })
  }
}

function withoutWords(sent: unknown): unknown {
  const entries = Array.isArray(sent) ? (sent as [string, unknown][]) : Object.entries(sent ?? {})
  return Object.fromEntries(entries.filter(([name]) => name !== 'prompt' && name !== 'messages'))
}

test('a video request holds what the body costs', async () => {
  await fc.assert(
    fc.asyncProperty(prompt, fields, market, async (text, { extra: more, ...known }, its) => {
      const site = open(its)
      const json = JSON.parse(JSON.stringify({ prompt: text, ...more, ...known })) as JsonValue
      check(await safeParseVideoRequest(json, site.models), site, its.dearer)
    }),
    { numRuns: 1_500 },
  )
})

test('a chat holds what the body costs', async () => {
  const role = fc.constantFrom('user', 'system', 'assistant')
  const messages = fc.array(fc.record({ role, content: prompt }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(messages, fields, market, async (said, { extra: more, ...known }, its) => {
      const site = open(its)
      const body = { model: 'm', messages: said, ...more, ...known }
      const json = JSON.parse(JSON.stringify(body)) as JsonValue
      check(await safeParseChatRequest(json, site.models), site, its.dearer)
    }),
    { numRuns: 1_000 },
  )
})

test('a remix holds what the body costs, however often it was remixed', async () => {
  const prompts = fc.array(prompt, { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(prompt, fields, market, prompts, async (text, known, its, changes) => {
      const site = open(its)
      const { extra: more, ...rest } = known
      const json = JSON.parse(JSON.stringify({ prompt: text, ...more, ...rest })) as JsonValue
      let result = await safeParseVideoRequest(json, site.models)
      for (const change of changes) {
        if (!result.ok) return
        const { attachments: _, ...before } = result.request
        const remix = createRemixRequest(before, 'the answer', change, null, site.models)
        if (!remix.ok) return
        result = { ...result, request: remix.request }
        check(result, site, its.dearer)
      }
    }),
    { numRuns: 700 },
  )
})
