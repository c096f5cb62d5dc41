// The configured models, as OpenAI lists them, plus what each of them offers.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import { type Model, findModel } from '../../../shared/request/models.ts'
import { explainModel } from '../../account/restrictions.ts'
import { HttpError } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import type { Model as ModelAnswer } from '../answers.ts'

export function listModels(context: AppContext): Response {
  const models = context.var.gateway.config.models.filter(({ id }) => isAllowed(context, id))
  return context.json({ object: 'list', data: models.map(toModel) })
}

export function getModel(context: AppContext): Response {
  const model = findModel(context.var.gateway.config.models, readId(context))
  if (model === null || !isAllowed(context, model.id)) {
    throw new HttpError('model_not_found', 'There is no such model. GET /v1/models lists them.', {
      param: 'model',
    })
  }
  return context.json(toModel(model))
}

/** What the caller's key may not generate with is not shown to it. */
function isAllowed(context: AppContext, id: string): boolean {
  return explainModel(context.var.principal.key, id) === null
}

function toModel(model: Model): FromSchema<typeof ModelAnswer> {
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
  }
}
