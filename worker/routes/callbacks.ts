// POST /v1/callbacks: one call when several videos have all ended. What n8n sleeps on.

import type { Context } from 'hono'
import * as z from 'zod/v4-mini'
import { refuseIssues } from '../../shared/requestError.ts'
import { ApiError } from '../apiError.ts'
import type { App } from '../app.ts'
import { createBase62 } from '../base62.ts'
import { readJson, toApiError } from '../body.ts'
import { requireWebhook } from '../callerUrl.ts'
import { getAccount } from '../objects.ts'
import { random } from '../platform.ts'

export const callbackSchema = z.strictObject({
  video_ids: z
    .array(z.string().check(z.minLength(1), z.maxLength(100)))
    .check(z.minLength(1), z.maxLength(1000)),
  url: z.string().check(z.minLength(1), z.maxLength(2048)),
  secret: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
})

export async function createCallback(context: Context<App>): Promise<Response> {
  const json = await readJson(context)
  const parsed = callbackSchema.safeParse(json)
  if (!parsed.success)
    throw toApiError(refuseIssues(parsed.error.issues, json, 'create the callback'))
  const { video_ids: videoIds, url, secret = null } = parsed.data
  requireWebhook(context, { url, secret }, '')
  const id = `cb_${createBase62(random, 24)}`
  const { account } = context.var.principal
  const missing = await getAccount(context.env, account).addCallback({ id, videoIds, url, secret })
  if (missing !== null) {
    const param = `video_ids[${videoIds.indexOf(missing)}]`
    throw new ApiError('not_found', `\`${param}\` is not one of your videos.`, { param })
  }
  return context.json(
    {
      id,
      object: 'callback',
      video_ids: videoIds,
      url,
      created_at: Math.floor(Date.now() / 1000),
    },
    201,
  )
}
