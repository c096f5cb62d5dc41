// New videos out of one that is finished: a remix, an edit, an extension. Only the relay that made the
// first one knows it, so only that relay is asked; what its kind does not offer is 501.

import { kinds } from '../../../shared/relay/kinds.ts'
import { createDerivedRequest, safeParseDeriveRequest } from '../../../shared/request/derive.ts'
import { findModel } from '../../../shared/request/models.ts'
import { createRemixRequest, safeParseRemixRequest } from '../../../shared/request/remix.ts'
import type { CallerOptions } from '../../../shared/request/request.ts'
import type { Deed, Source } from '../../../shared/request/source.ts'
import type { RemixMaterial } from '../../generation/generation.ts'
import { getGeneration } from '../../objects.ts'
import { defaultRelayId } from '../../settings/relays.ts'
import { readJson, readJsonOrForm, toHttpError } from '../body.ts'
import { type AppContext, readId } from '../context.ts'
import { HttpError } from '../errors.ts'
import { findVideo } from '../findVideo.ts'
import { submitRequest } from '../submitRequest.ts'
import { answerVideo } from './videos.ts'

/** What is asked for, once it was read. */
interface Order {
  readonly video: string
  readonly prompt: string
  /** How much longer an extension makes it. */
  readonly seconds: string | null
  readonly options: CallerOptions
}

export async function remixVideo(context: AppContext): Promise<Response> {
  const order = safeParseRemixRequest(await readJson(context))
  if (!order.ok) throw toHttpError(order)
  return await derive(context, 'remix', { ...order, video: readId(context), seconds: null })
}

export async function editVideo(context: AppContext): Promise<Response> {
  const order = await safeParseDeriveRequest(await readJsonOrForm(context), 'edit')
  if (!order.ok) throw toHttpError(order)
  return await derive(context, 'edit', order)
}

export async function extendVideo(context: AppContext): Promise<Response> {
  const order = await safeParseDeriveRequest(await readJsonOrForm(context), 'extension')
  if (!order.ok) throw toHttpError(order)
  return await derive(context, 'extension', order)
}

async function derive(context: AppContext, as: Deed, order: Order): Promise<Response> {
  const { identity } = await findVideo(context, order.video)
  const material = await getGeneration(context.env, identity.id).remixMaterial()
  if (material === null) {
    throw new HttpError('not_remixable', `Only a completed video can be ${done[as]}.`)
  }
  const derived = toRequest(context, as, order, identity.id, material)
  if (!derived.ok) throw toHttpError(derived)
  const submission = await submitRequest(context, derived.request, order.options, identity.id)
  return await answerVideo(context, submission)
}

const done = { remix: 'remixed', edit: 'edited', extension: 'extended' } as const

/** Nobody but the relay that made it knows the video; by words alone, any chat can go on with it. */
function toRequest(
  context: AppContext,
  as: Deed,
  { prompt, seconds }: Order,
  video: string,
  material: RemixMaterial,
) {
  const { models, relays } = context.var.gateway.config
  const { request, text, taskId, relay: madeBy = defaultRelayId, job = null, url = null } = material
  const remix = findModel(models, request.model)?.remix
  const relay = relays.find(({ id, kind }) => id === madeBy && (job?.kind ?? kind) === kind)
  const byWords = as === 'remix' && (job === null || remix === 'target_id')
  if (relay === undefined) {
    if (byWords && remix === 'history')
      return createRemixRequest(request, text, prompt, taskId, models)
    throw new HttpError(
      'not_remixable',
      `This video cannot be ${done[as]}: the relay that made it is configured no longer.`,
    )
  }
  const source: Source = { video, relay: relay.id, kind: relay.kind, told: null }
  if (job !== null && kinds[relay.kind].derives.includes(as)) {
    const told = { as, task: job.task, url, seconds }
    return createDerivedRequest(request, prompt, { ...source, told }, models)
  }
  if (byWords) return createRemixRequest(request, text, prompt, taskId, models, source)
  throw new HttpError(
    'not_supported',
    `This video cannot be ${done[as]}: the relay that made it does not offer it.`,
  )
}
