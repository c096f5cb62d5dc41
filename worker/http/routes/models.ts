// The configured models, as OpenAI lists them, plus what each of them offers.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import { type Model, type ModelRelay, findModel } from '../../../shared/request/models.ts'
import { explainModel } from '../../account/restrictions.ts'
import { toSellers } from '../../candidates.ts'
import { HttpError } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import type { Model as modelSchema } from '../answers.ts'

type ModelAnswer = FromSchema<typeof modelSchema>

export async function listModels(context: AppContext): Promise<Response> {
  const models = context.var.gateway.config.models.filter(({ id }) => isAllowed(context, id))
  const toAnswer = await toModelAnswer(context)
  return context.json({ object: 'list', data: models.map(toAnswer) })
}

export async function getModel(context: AppContext): Promise<Response> {
  const model = findModel(context.var.gateway.config.models, readId(context))
  if (model === null || !isAllowed(context, model.id)) {
    throw new HttpError('model_not_found', 'There is no such model. GET /v1/models lists them.', {
      param: 'model',
    })
  }
  const toAnswer = await toModelAnswer(context)
  return context.json(toAnswer(model))
}

/** What the caller's key may not generate with is not shown to it. */
function isAllowed(context: AppContext, id: string): boolean {
  return explainModel(context.var.principal.key, id) === null
}

/** How models are told to this caller, whose account may have suspended some relays. */
async function toModelAnswer(context: AppContext): Promise<(model: Model) => ModelAnswer> {
  const { account, principal, gateway } = context.var
  const access = await account.authenticate(principal.digest, 'read', true)
  const suspended = access.ok ? (access.suspended ?? []) : []
  const isOpen = ({ relay }: ModelRelay) => !suspended.includes(relay)
  return (model) => toModel(model, toSellers(model, gateway.config.relays).some(isOpen))
}

function toModel(model: Model, available: boolean): ModelAnswer {
  return {
    id: model.id,
    object: 'model',
    // Models are configuration: they have no birthday.
    created: 0,
    owned_by: 'reelay',
    // '' stands for a habit that nobody knows.
    seconds: model.seconds.filter((seconds) => seconds !== ''),
    sizes: model.sizes.filter((size) => size !== ''),
    aspect_ratios: model.aspectRatios,
    resolutions: model.resolutions,
    inputs: model.inputs,
    price_usd: model.priceUsd,
    remix: model.remix,
    available,
  }
}
