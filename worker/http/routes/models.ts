// The configured models, as OpenAI lists them, plus what each of them offers.

import type { Context } from 'hono'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import type { Model } from '../../../shared/request/models.ts'
import { findModel } from '../../../shared/request/models.ts'
import { HttpError } from '../errors.ts'
import type { App } from '../context.ts'
import type { Model as ModelAnswer } from '../answers.ts'

export function listModels(context: Context<App>): Response {
  const { models } = context.var.gateway.config
  return context.json({ object: 'list', data: models.map(toModel) })
}

export function getModel(context: Context<App>): Response {
  const id = context.req.param('id') ?? ''
  const model = findModel(context.var.gateway.config.models, id)
  if (model === null) {
    throw new HttpError('model_not_found', 'There is no such model. GET /v1/models lists them.', {
      param: 'model',
    })
  }
  return context.json(toModel(model))
}

function toModel(model: Model): FromSchema<typeof ModelAnswer> {
  return {
    id: model.id,
    object: 'model',
    // Models are configuration: they have no birthday.
    created: 0,
    owned_by: 'reelay',
    seconds: model.seconds,
    sizes: model.sizes,
    price_usd: model.priceUsd,
    remix: model.remix,
  }
}
