// What the server offers, in one form: a gateway says it, a plain relay only names its models, of
// which the presets know some.

import * as z from 'zod/v4-mini'

import type { ILoadOptionsFunctions } from 'n8n-workflow'

import { presets, type Preset } from '../../../shared/request/presets.ts'
import { isSeconds } from '../../../shared/request/models.ts'
import { openGateway } from './connection.ts'

const list = z.catch(z.array(z.string()), [])
const price = z.catch(z.nullable(z.union([z.number(), z.record(z.string(), z.number())])), null)

const modelSchema = z.object({
  id: z.string(),
  seconds: list,
  sizes: list,
  aspect_ratios: list,
  resolutions: list,
  /** null: nobody has said, everything passes. */
  inputs: z.catch(z.nullable(z.array(z.string())), null),
  price_usd: price,
})

export type ServerModel = z.infer<typeof modelSchema>

/** Every model with an id, the gateway's first first. */
export async function listModels(context: ILoadOptionsFunctions): Promise<ServerModel[]> {
  const { client } = await openGateway(context)
  const { data } = await client.call('GET', '/models')
  return (Array.isArray(data) ? data : []).flatMap((entry) => {
    const model = modelSchema.safeParse(entry).data
    return model === undefined ? [] : [withPreset(model)]
  })
}

/** The one chosen in the panel; null where nothing is known of it. */
export async function findChosenModel(context: ILoadOptionsFunctions): Promise<ServerModel | null> {
  const chosen: unknown = context.getCurrentNodeParameter('model', { extractValue: true })
  const id = typeof chosen === 'string' ? chosen : ''
  const models = await listModels(context)
  if (id === '') return models[0] ?? null
  return models.find((model) => model.id === id) ?? fromPreset(id)
}

/** A relay's list has ids only; a gateway names lengths or shapes of every model that it knows. */
function withPreset(model: ServerModel): ServerModel {
  const isTold =
    model.inputs !== null || [model.seconds, model.sizes].some(({ length }) => length > 0)
  return isTold ? model : (fromPreset(model.id) ?? model)
}

function fromPreset(id: string): ServerModel | null {
  const names = Object.keys(presets).filter((name) => id.toLowerCase().includes(name))
  const name = names.toSorted((one, other) => other.length - one.length)[0]
  const preset = (presets as Readonly<Record<string, Preset>>)[name ?? '']
  if (preset === undefined) return null
  return {
    id,
    seconds: (preset.seconds ?? []).filter(isSeconds),
    sizes: (preset.sizes ?? []).filter((size) => size !== ''),
    aspect_ratios: [...(preset.aspectRatios ?? [])],
    resolutions: [...(preset.resolutions ?? [])],
    inputs: preset.inputs === undefined ? null : [...preset.inputs],
    price_usd: null,
  }
}
