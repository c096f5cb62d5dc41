// The request that is being written, kept while somebody looks at other pages; and the body it amounts
// to. What the chosen model does not take is kept, too, but not sent.

import type { Model } from '../../../shared/package/wire.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'

export type ImageRole = 'first' | 'last' | 'reference'

export interface DraftImage {
  readonly role: ImageRole
  /** A `data:` URI or an https link. */
  readonly source: string
  readonly name: string
}

export interface Draft {
  readonly prompt: string
  readonly model: string
  readonly seconds: string
  /** One of the model's sizes, or of its ratios where it lists no sizes. */
  readonly shape: string
  readonly resolution: string
  readonly images: readonly DraftImage[]
  readonly negative: string
  readonly audio: boolean | null
  readonly seed: string
  /** Somebody has ticked that an identical request may be paid for a second time. */
  readonly acceptsCharge: boolean
  /** The last failure of this request may have been charged, so the tick is offered. */
  readonly mayHaveBeenCharged: boolean
}

export const emptyDraft: Draft = {
  prompt: '',
  model: '',
  seconds: '',
  shape: '',
  resolution: '',
  images: [],
  negative: '',
  audio: null,
  seed: '',
  acceptsCharge: false,
  mayHaveBeenCharged: false,
}

type Input = NonNullable<Model['inputs']>[number]

/** Null inputs: nobody has said, so what every relay knows is offered. */
export function takes(model: Model | undefined, input: Input): boolean {
  const inputs = model?.inputs ?? ['input_reference']
  return inputs.includes(input)
}

const roleInputs = {
  first: 'input_reference',
  last: 'last_frame',
  reference: 'reference_images',
} as const satisfies Record<ImageRole, Input>

export function takenRoles(model: Model | undefined): readonly ImageRole[] {
  return (['first', 'last', 'reference'] as const).filter((role) => takes(model, roleInputs[role]))
}

export function findModel(models: readonly Model[], draft: Draft): Model | undefined {
  return models.find(({ id }) => id === draft.model) ?? models[0]
}

/** What is chosen, or the model's default where that is not offered; '' leaves it to the gateway. */
export function pick(chosen: string, offered: readonly string[]): string {
  return offered.includes(chosen) ? chosen : (offered[0] ?? '')
}

export function toShapes(model: Model | undefined): readonly string[] {
  if (model === undefined) return []
  return model.sizes.length > 0 ? model.sizes : model.aspect_ratios
}

export function toBody(draft: Draft, models: readonly Model[]): JsonObject {
  const model = findModel(models, draft)
  const seconds = pick(draft.seconds, model?.seconds ?? [])
  const shape = pick(draft.shape, toShapes(model))
  const isSize = (model?.sizes.length ?? 0) > 0
  const resolution = isSize ? '' : pick(draft.resolution, model?.resolutions ?? [])
  const roles = takenRoles(model)
  const images = draft.images.filter(({ role }) => roles.includes(role))
  const first = images.find(({ role }) => role === 'first')
  const last = images.find(({ role }) => role === 'last')
  const references = images.filter(({ role }) => role === 'reference')
  return {
    prompt: draft.prompt,
    ...(model !== undefined && { model: model.id }),
    ...(seconds !== '' && { seconds }),
    ...(shape !== '' && (isSize ? { size: shape } : { aspect_ratio: shape })),
    ...(resolution !== '' && { resolution }),
    ...(first !== undefined && { input_reference: first.source }),
    ...(last !== undefined && { last_frame: last.source }),
    ...(references.length > 0 && { reference_images: references.map(({ source }) => source) }),
    ...(draft.negative !== '' &&
      takes(model, 'negative_prompt') && { negative_prompt: draft.negative }),
    ...(draft.audio !== null && takes(model, 'audio') && { audio: draft.audio }),
    ...(/^\d+$/.test(draft.seed) && takes(model, 'seed') && { seed: Number(draft.seed) }),
    ...(draft.acceptsCharge && { accept_possible_charge: true }),
  }
}

/** US dollars at most; null when nobody has said. */
export function toPrice(draft: Draft, models: readonly Model[]): number | null {
  const model = findModel(models, draft)
  const price = model?.price_usd ?? null
  if (price === null || typeof price === 'number') return price
  return price[pick(draft.seconds, model?.seconds ?? [])] ?? null
}

/** An earlier request, to be changed and sent. */
export function toDraft(video: VideoResource, before: Draft): Draft {
  return {
    ...before,
    prompt: video.prompt ?? '',
    model: video.model,
    seconds: video.seconds,
    shape: video.size,
    acceptsCharge: false,
    mayHaveBeenCharged: video.status === 'failed' && video.charge !== 'none',
  }
}
