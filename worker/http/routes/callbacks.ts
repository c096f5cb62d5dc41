// POST /v1/callbacks: one call when several videos have all ended. What n8n sleeps on.

import * as z from 'zod/v4-mini'
import { webhookFields } from '../../../shared/request/schema.ts'
import { HttpError } from '../errors.ts'
import type { AppContext } from '../context.ts'
import { createBase62 } from '../../proofs/base62.ts'
import { requireWebhook } from '../callerUrl.ts'
import { random } from '../../platform/platform.ts'
import { readAs } from '../body.ts'
import { toRefusalError } from '../refusal.ts'
import { toUnixSeconds } from '../unixSeconds.ts'

export const callbackSchema = z.strictObject({
  video_ids: z
    .array(z.string().check(z.minLength(1), z.maxLength(100)))
    .check(z.minLength(1), z.maxLength(1000)),
  ...webhookFields,
})

export async function createCallback(context: AppContext): Promise<Response> {
  const asked = await readAs(context, callbackSchema, 'create the callback')
  const { video_ids: videoIds, url, secret = null } = asked
  requireWebhook(context, { url, secret }, '')
  const id = `cb_${createBase62(random, 24)}`
  const missing = await context.var.account.addCallback({ id, videoIds, url, secret })
  if (typeof missing === 'object' && missing !== null) throw toRefusalError(missing)
  if (missing !== null) {
    const param = `video_ids[${videoIds.indexOf(missing)}]`
    throw new HttpError('not_found', `\`${param}\` is not one of your videos.`, { param })
  }
  const created_at = toUnixSeconds(Date.now())
  return context.json({ id, object: 'callback', video_ids: videoIds, url, created_at }, 201)
}
