// Reads MODELS, or says in one sentence what is wrong with it. An entry that names a built-in id or a
// preset need only say what is different about it.

import * as z from 'zod/v4-mini'

import { parseJson } from '../wire/json.ts'
import { inputNames } from './asked.ts'
import { describeIssue, toParam } from './error.ts'
import {
  anything,
  atRelay,
  defaultModels,
  findModel,
  isSeconds,
  isSize,
  usual,
  usualTell,
  type Model,
  type ModelRelay,
  type Models,
  type Tell,
} from './models.ts'
import { presetIds, presets, type Preset } from './presets.ts'
import { ratioPattern, resolutionPattern } from './shape.ts'

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
const ratioValue = z.string().check(z.regex(ratioPattern, sentence('must be a ratio such as 16:9')))
const resolutionValue = z
  .string()
  .check(z.regex(resolutionPattern, sentence('must be a resolution such as 720p or 4k')))

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

const relayFields = {
  relay_model: z.optional(text),
  price_usd: z.optional(
    z.union(
      [amount, z.record(z.string().check(z.refine(isSeconds)), amount)],
      sentence('must be an amount in USD, or one for each length such as {"4": 0.4}'),
    ),
  ),
  tell: z.optional(
    z.strictObject({
      seconds: z.optional(tellRule('string', 'number')),
      size: z.optional(tellRule('size', 'ratio', 'orientation')),
    }),
  ),
}

const modelSchema = z.strictObject({
  id: text,
  preset: z.optional(z.enum(presetIds)),
  ...relayFields,
  relays: z.optional(
    z
      .array(
        z.union(
          [text, z.strictObject({ relay: text, ...relayFields })],
          sentence('must be the id of a relay, or {"relay", "relay_model", "price_usd", "tell"}'),
        ),
      )
      .check(z.minLength(1)),
  ),
  seconds: z.optional(z.array(secondsValue).check(z.minLength(1))),
  sizes: z.optional(z.array(sizeValue).check(z.minLength(1))),
  aspect_ratios: z.optional(z.array(ratioValue).check(z.minLength(1))),
  resolutions: z.optional(z.array(resolutionValue).check(z.minLength(1))),
  inputs: z.optional(z.array(z.enum(['input_reference', ...inputNames]))),
  fields: z.optional(
    z.record(
      text,
      z.union(
        [z.literal(true), z.number().check(z.gt(0), z.lte(1000))],
        sentence('must be true, or how many times the price a request with this field costs'),
      ),
    ),
  ),
  remix: z.optional(z.enum(['history', 'target_id', 'off'])),
})

type ModelEntry = z.infer<typeof modelSchema>
type RelayEntry = Exclude<NonNullable<ModelEntry['relays']>[number], string>
type TellEntry<As extends string> = z.infer<ReturnType<typeof tellRule<As>>>

const example =
  'Write a list such as [{"id": "sora-2"}]; in .dev.vars on one line, or between single quotes.'

/** What to do about the list as a whole, or about one entry. */
const advise = ({ code }: z.core.$ZodIssue): string =>
  code === 'unrecognized_keys'
    ? `Rename it: there are ${Object.keys(modelSchema.shape).join(', ')}.`
    : example

export type ModelsResult =
  | { readonly ok: true; readonly models: Models }
  /** One sentence that names what to mend, such as `MODELS[1].price_usd`. */
  | { readonly ok: false; readonly message: string }

/** Reads the value of `MODELS`: a JSON list. Absent or blank means {@link defaultModels}. */
export function safeParseModels(json: string | undefined): ModelsResult {
  if (json === undefined || json.trim() === '') return { ok: true, models: defaultModels }
  const parsed = parseJson(json)
  if (!parsed.ok) return { ok: false, message: `MODELS is not JSON. ${parsed.message} ${example}` }
  const result = z.array(modelSchema).check(z.minLength(1)).safeParse(parsed.value)
  if (!result.success) {
    const [issue] = result.error.issues
    if (issue === undefined) return { ok: false, message: 'MODELS is not valid.' }
    const advice = issue.path.length > 1 ? '' : ` ${advise(issue)}`
    return refuse(issue.path, describeIssue(issue, parsed.value), advice)
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

function toModel(entry: ModelEntry): Model {
  const { id } = entry
  const model = toBase(entry)
  const tell = toRules(entry.tell, model.tell)
  return {
    id,
    relayModel: entry.relay_model ?? model.relayModel,
    priceUsd: entry.price_usd ?? model.priceUsd,
    seconds: entry.seconds?.map(String) ?? model.seconds,
    sizes: entry.sizes ?? model.sizes,
    aspectRatios: entry.aspect_ratios ?? model.aspectRatios,
    resolutions: entry.resolutions ?? model.resolutions,
    inputs: entry.inputs ?? model.inputs,
    words: model.words,
    fields: entry.fields ?? model.fields,
    tell,
    remix: entry.remix ?? model.remix,
    relays: entry.relays?.map((one) => toModelRelay(one, { tell })) ?? model.relays,
  }
}

/** What holds for a model unless its entry says otherwise. */
function toBase({ id, preset, tell, relays = [] }: ModelEntry): Model {
  const known = findModel(defaultModels, id) ?? { id, relayModel: id, priceUsd: null, ...anything }
  if (preset !== undefined) {
    const row: Preset = presets[preset]
    return { ...known, ...anything, ...row }
  }
  // A name that is made of a length needs one, and always had these to choose from.
  const isNamed = (what: keyof typeof usualTell) =>
    [tell, ...relays.map((one) => (typeof one === 'string' ? undefined : one.tell))].some(
      (rules) => rules?.[what] === 'model',
    )
  return {
    ...known,
    ...(isNamed('seconds') && { seconds: usual.seconds }),
    ...(isNamed('size') && { sizes: usual.sizes }),
  }
}

function toModelRelay(
  entry: string | RelayEntry,
  { tell: usually }: Pick<Model, 'tell'>,
): ModelRelay {
  if (typeof entry === 'string') return { relay: entry }
  const { relay, relay_model: relayModel, price_usd: priceUsd, tell: rules } = entry
  return {
    relay,
    ...(relayModel !== undefined && { relayModel }),
    ...(priceUsd !== undefined && { priceUsd }),
    ...(rules !== undefined && { tell: toRules(rules, usually) }),
  }
}

function toRules(entry: ModelEntry['tell'], usually: Model['tell']): Model['tell'] {
  return {
    seconds: toTell('seconds', 'string', entry?.seconds) ?? usually.seconds,
    size: toTell('size', 'size', entry?.size) ?? usually.size,
  }
}

/** `as`: the form of a field that names none. */
function toTell<As extends string>(
  what: keyof typeof usualTell,
  as: As,
  rule: TellEntry<As> | undefined,
): Tell<As> | null {
  switch (rule) {
    case undefined:
      return null
    case 'prompt':
      return usualTell[what]
    case 'field':
      return { by: 'field', name: what, as }
    case 'model':
    case 'off':
      return { by: rule }
    default:
      return rule.by === 'prompt' ? rule : { ...rule, as: rule.as ?? as }
  }
}

interface Flaw {
  readonly field: string
  readonly why: string
}

function findFlaw(model: Model, before: readonly Model[]): Flaw | null {
  if (findModel(before, model.id) !== null) return { field: 'id', why: 'is given twice' }
  const own = findTellFlaw(model)
  if (own !== null) return own
  for (const [index, one] of (model.relays ?? []).entries()) {
    if (model.relays?.slice(0, index).some(({ relay }) => relay === one.relay) === true) {
      return { field: `relays[${index}]`, why: 'names a relay twice' }
    }
    const flaw = findTellFlaw(atRelay(model, one))
    if (flaw !== null) return { ...flaw, field: `relays[${index}].${flaw.field}` }
  }
  return null
}

function findTellFlaw(model: Model): Flaw | null {
  for (const [what, words, list] of [
    ['seconds', ['{seconds}'], '{seconds}'],
    ['size', ['{size}', '{ratio}', '{orientation}'], '{size}, {ratio} or {orientation}'],
  ] as const) {
    const isNamed = words.some((word) => model.relayModel.includes(word))
    if (isNamed !== (model.tell[what].by === 'model')) {
      const why = `must hold ${list} when tell.${what} is "model", and only then`
      return { field: 'relay_model', why }
    }
    const field = what === 'size' ? 'sizes' : what
    if (isNamed && (model[field][0] ?? '') === '') {
      return { field, why: `is required when tell.${what} is "model"` }
    }
  }
  return null
}

/** `why` continues the setting's name: "must be a size". */
function refuse(
  [index, ...fields]: readonly PropertyKey[],
  why: string,
  advice = '',
): ModelsResult {
  const entry = typeof index === 'number' ? `[${index}]` : ''
  const field = entry === '' || fields.length === 0 ? '' : `.${toParam(fields)}`
  return { ok: false, message: `MODELS${entry}${field} ${why}.${advice}` }
}
