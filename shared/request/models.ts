// The models this gateway offers: ids, prices, lengths and shapes are configuration, never
// constants. An entry that names a built-in id need only say what is different about it.

import * as z from 'zod/v4-mini'

import { parseJson } from '../wire/json.ts'
import { describeIssue, toParam } from './error.ts'

/** How length or shape is told to the relay; `text` may use the words of `toRelayWords.ts`. */
export type Tell<As extends string> =
  | { readonly by: 'off' | 'model' }
  | { readonly by: 'prompt'; readonly text: string }
  | { readonly by: 'field'; readonly name: string; readonly as: As }

export interface Model {
  readonly id: string
  /** The relay's name for it; may hold `{seconds}`, `{size}`, `{ratio}`, `{orientation}`. */
  readonly relayModel: string
  /** What one video costs in USD: always the same, or by seconds. */
  readonly priceUsd: number | Readonly<Record<string, number>>
  /** Lengths it offers. The first is what the relay does by itself. */
  readonly seconds: readonly [string, ...string[]]
  /** Shapes it offers, as `WIDTHxHEIGHT`. The first is what the relay does by itself. */
  readonly sizes: readonly [string, ...string[]]
  readonly tell: {
    readonly seconds: Tell<'string' | 'number'>
    readonly size: Tell<'size' | 'ratio' | 'orientation'>
  }
  readonly remix: 'history' | 'target_id' | 'off'
}

export type Models = readonly [Model, ...Model[]]

const text = z.string().check(z.minLength(1), z.maxLength(200))
const amount = z.number().check(z.gte(0), z.lte(10_000))
const sentence = (what: string) => ({ error: what })

const secondsValue = z
  .union([z.string(), z.number()], sentence('must be a number of seconds'))
  .check(
    z.refine(
      (value) => isSeconds(String(value)),
      sentence('must be a number of seconds from 1 to 999'),
    ),
  )
const sizeValue = z.string().check(z.refine(isSize, sentence('must be a size such as 720x1280')))

/** A word alone takes the usual wording or name; an object gives its own. */
const tellRule = <As extends string>(...forms: [As, ...As[]]) => {
  const names = forms.map((form) => `"${form}"`).join(', ')
  return z.union(
    [
      z.enum(['prompt', 'model', 'field', 'off']),
      z.strictObject({ by: z.literal('prompt'), text }),
      z.strictObject({ by: z.literal('field'), name: text, as: z.optional(z.enum(forms)) }),
    ],
    sentence(
      `must be "prompt", "model", "field" or "off", or {"by": "prompt", "text"}, or {"by": "field", "name", "as"} with one of ${names}`,
    ),
  )
}

const modelSchema = z.strictObject({
  id: text,
  relay_model: z.optional(text),
  price_usd: z.optional(
    z.union(
      [amount, z.record(z.string().check(z.refine(isSeconds)), amount)],
      sentence('must be an amount in USD, or one for each length such as {"4": 0.4}'),
    ),
  ),
  seconds: z.optional(z.array(secondsValue).check(z.minLength(1))),
  sizes: z.optional(z.array(sizeValue).check(z.minLength(1))),
  tell: z.optional(
    z.strictObject({
      seconds: z.optional(tellRule('string', 'number')),
      size: z.optional(tellRule('size', 'ratio', 'orientation')),
    }),
  ),
  remix: z.optional(z.enum(['history', 'target_id', 'off'])),
})

type ModelEntry = z.infer<typeof modelSchema>
type TellEntry<As extends string> = z.infer<ReturnType<typeof tellRule<As>>>

const seconds = ['4', '8', '10', '12', '15'] as const
const sizes = ['720x1280', '1280x720', '1024x1792', '1792x1024'] as const
// The form relays of this kind document: words after the prompt, read by the model behind them.
const tell = {
  seconds: { by: 'prompt', text: '{seconds}s' },
  size: { by: 'prompt', text: '{shape_zh}' },
} as const

// What a model does unless its entry says otherwise.
const usual = { seconds, sizes, tell, remix: 'history' } as const

// OpenAI's last list price per second: $0.10 and $0.30. Relays charge less, so a budget that is
// counted with it is never overrun.
export const defaultModels: Models = [
  {
    id: 'sora-2',
    relayModel: 'sora-2',
    priceUsd: { '4': 0.4, '8': 0.8, '10': 1, '12': 1.2, '15': 1.5 },
    ...usual,
  },
  {
    id: 'sora-2-pro',
    relayModel: 'sora-2-pro',
    priceUsd: { '4': 1.2, '8': 2.4, '10': 3, '12': 3.6, '15': 4.5 },
    ...usual,
  },
]

export type ModelsResult =
  | { readonly ok: true; readonly models: Models }
  /** One sentence that names what to mend, such as `MODELS[1].price_usd`. */
  | { readonly ok: false; readonly message: string }

/** Reads the value of `MODELS`: a JSON list. Absent or blank means {@link defaultModels}. */
export function safeParseModels(json: string | undefined): ModelsResult {
  if (json === undefined || json.trim() === '') return { ok: true, models: defaultModels }
  const parsed = parseJson(json)
  if (!parsed.ok) return { ok: false, message: `MODELS is not JSON. ${parsed.message}` }
  const result = z.array(modelSchema).check(z.minLength(1)).safeParse(parsed.value)
  if (!result.success) {
    const [issue] = result.error.issues
    if (issue === undefined) return { ok: false, message: 'MODELS is not valid.' }
    return refuse(issue.path, describeIssue(issue, parsed.value))
  }
  const models: Model[] = []
  for (const [index, entry] of result.data.entries()) {
    const model = toModel(entry)
    const flaw = findFlaw(model, models)
    if (flaw !== null) return refuse([index, flaw.field], flaw.why)
    models.push(model)
  }
  const [first, ...rest] = models
  if (first === undefined) return { ok: false, message: 'MODELS must name at least one model.' }
  return { ok: true, models: [first, ...rest] }
}

export function findModel(models: readonly Model[], id: string): Model | null {
  return models.find((model) => model.id === id) ?? null
}

/**
 * USD for `n` videos; never less than the relay may bill. Seconds that are unknown (null) or have
 * no price of their own cost as much as the dearest.
 */
export function priceOf(model: Model, length: string | null, n: number): number {
  const { priceUsd } = model
  const one =
    typeof priceUsd === 'number'
      ? priceUsd
      : length !== null && Object.hasOwn(priceUsd, length)
        ? (priceUsd[length] ?? 0)
        : Math.max(0, ...Object.values(priceUsd))
  // To the millionth, so that 3 × 1.2 is 3.6.
  return Math.round(one * n * 1e6) / 1e6
}

/** Whole seconds from 1 to 999, without leading zeros. */
export function isSeconds(value: string): boolean {
  return /^[1-9]\d{0,2}$/.test(value)
}

/** `WIDTHxHEIGHT` in pixels. */
export function isSize(value: string): boolean {
  return /^[1-9]\d{0,4}x[1-9]\d{0,4}$/.test(value)
}

function toModel(entry: ModelEntry): Model {
  const { id } = entry
  const model = findModel(defaultModels, id) ?? { ...usual, id, relayModel: id, priceUsd: 0 }
  return {
    id,
    relayModel: entry.relay_model ?? model.relayModel,
    priceUsd: entry.price_usd ?? model.priceUsd,
    seconds: toList(entry.seconds?.map(String)) ?? model.seconds,
    sizes: toList(entry.sizes) ?? model.sizes,
    tell: {
      seconds: toTell('seconds', 'string', entry.tell?.seconds) ?? model.tell.seconds,
      size: toTell('size', 'size', entry.tell?.size) ?? model.tell.size,
    },
    remix: entry.remix ?? model.remix,
  }
}

function toList(values: readonly string[] | undefined): readonly [string, ...string[]] | null {
  const [first, ...rest] = values ?? []
  return first === undefined ? null : [first, ...rest]
}

/** `as`: the form of a field that names none. */
function toTell<As extends string>(
  what: keyof typeof tell,
  as: As,
  rule: TellEntry<As> | undefined,
): Tell<As> | null {
  switch (rule) {
    case undefined:
      return null
    case 'prompt':
      return tell[what]
    case 'field':
      return { by: 'field', name: what, as }
    case 'model':
    case 'off':
      return { by: rule }
    default:
      return rule.by === 'prompt' ? rule : { ...rule, as: rule.as ?? as }
  }
}

function findFlaw(model: Model, before: readonly Model[]): { field: string; why: string } | null {
  if (findModel(before, model.id) !== null) return { field: 'id', why: 'is given twice' }
  for (const [what, words, list] of [
    ['seconds', ['{seconds}'], '{seconds}'],
    ['size', ['{size}', '{ratio}', '{orientation}'], '{size}, {ratio} or {orientation}'],
  ] as const) {
    const isNamed = words.some((word) => model.relayModel.includes(word))
    if (isNamed === (model.tell[what].by === 'model')) continue
    const why = `must hold ${list} when tell.${what} is "model", and only then`
    return { field: 'relay_model', why }
  }
  return null
}

/** `why` continues the setting's name: "must be a size". */
function refuse([index, ...fields]: readonly PropertyKey[], why: string): ModelsResult {
  const entry = typeof index === 'number' ? `[${index}]` : ''
  const field = entry === '' || fields.length === 0 ? '' : `.${toParam(fields)}`
  return { ok: false, message: `MODELS${entry}${field} ${why}.` }
}
