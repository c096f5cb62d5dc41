// Every route on one screen, and what holds for all of them.

import type { Context } from 'hono'
// The preset with one router: the default one carries three and ends up with the slowest here.
import { Hono } from 'hono/tiny'
import { cors } from 'hono/cors'
import { HttpError, toErrorResponse } from './errors.ts'
import { requireAdmin, requireKey, requireKeyToAdmit } from './auth.ts'
import { createBase62 } from '../proofs/base62.ts'
import { ConfigError } from '../config.ts'
import type { App } from './context.ts'
import { toGateway } from '../gateway.ts'
import { toCommonHeaders } from './headers.ts'
import { isOwnDelivery } from '../outbound/outbound.ts'
import { random } from '../platform/platform.ts'
import { report } from '../report.ts'
import { changeKey, createKey, listKeys, revokeKey, rotateKey } from './routes/adminKeys.ts'
import { listAllVideos, settleVideo } from './routes/adminVideos.ts'
import { createCallback } from './routes/callbacks.ts'
import { completeChat } from './routes/chat.ts'
import { getContent } from './routes/content.ts'
import { followEvents } from './routes/events.ts'
import { getHealth } from './routes/health.ts'
import { getModel, listModels } from './routes/models.ts'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  runSchedule,
} from './routes/schedules.ts'
import { getUsage } from './routes/usage.ts'
import {
  archiveVideo,
  cancelVideo,
  createVideo,
  deleteVideo,
  getVideo,
  listVideos,
  refuseUnsupported,
  remixVideo,
} from './routes/videos.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listDeliveries,
  listEndpoints,
  listEventTypes,
  replayDelivery,
  rotateSecret,
  testEndpoint,
} from './routes/webhooks.ts'

export function createApp(): Hono<App> {
  const app = new Hono<App>()

  app.use(async (context, next) => {
    context.set('requestId', `req_${createBase62(random, 22)}`)
    context.set('gateway', toGateway(context.env))
    refuseOwnDelivery(context)
    await next()
    for (const [name, value] of Object.entries(toHeadersOf(context, context.res.headers))) {
      context.header(name, value)
    }
  })
  app.use('/v1/*', async (context, next) => {
    const { allowedOrigins } = context.var.gateway.config
    if (allowedOrigins.length === 0) return await next()
    return await cors({ origin: [...allowedOrigins], exposeHeaders: exposedHeaders })(context, next)
  })

  app.get('/health', getHealth)

  app.get('/v1/models', requireKey('read'), listModels)
  app.get('/v1/models/:id', requireKey('read'), getModel)
  app.post('/v1/chat/completions', requireKeyToAdmit, completeChat)
  app.post('/v1/videos', requireKeyToAdmit, createVideo)
  app.get('/v1/videos', requireKey('read'), listVideos)
  app.post('/v1/videos/edits', requireKey('generate'), refuseUnsupported)
  app.post('/v1/videos/extensions', requireKey('generate'), refuseUnsupported)
  app.post('/v1/videos/characters', requireKey('generate'), refuseUnsupported)
  app.get('/v1/videos/characters/:id', requireKey('read'), refuseUnsupported)
  app.get('/v1/videos/:id', requireKey('read'), getVideo)
  app.delete('/v1/videos/:id', requireKey('manage'), deleteVideo)
  app.post('/v1/videos/:id/remix', requireKey('generate'), remixVideo)
  app.post('/v1/videos/:id/cancel', requireKey('manage'), cancelVideo)
  app.post('/v1/videos/:id/archive', requireKey('generate'), archiveVideo)
  app.get('/v1/videos/:id/events', requireKey('read'), followEvents)
  app.get('/v1/videos/:id/content', getContent)
  app.get('/v1/usage', requireKey('read'), getUsage)

  app.get('/v1/webhook_event_types', requireKey('manage'), listEventTypes)
  app.post('/v1/webhook_endpoints', requireKey('manage'), createEndpoint)
  app.get('/v1/webhook_endpoints', requireKey('manage'), listEndpoints)
  app.get('/v1/webhook_endpoints/:id', requireKey('manage'), getEndpoint)
  app.post('/v1/webhook_endpoints/:id', requireKey('manage'), changeEndpoint)
  app.delete('/v1/webhook_endpoints/:id', requireKey('manage'), deleteEndpoint)
  app.post('/v1/webhook_endpoints/:id/rotate_secret', requireKey('manage'), rotateSecret)
  app.post('/v1/webhook_endpoints/:id/test', requireKey('manage'), testEndpoint)
  app.get('/v1/webhook_endpoints/:id/deliveries', requireKey('manage'), listDeliveries)
  app.post(
    '/v1/webhook_endpoints/:id/deliveries/:delivery/replay',
    requireKey('manage'),
    replayDelivery,
  )
  app.post('/v1/callbacks', requireKey('generate'), createCallback)

  app.post('/v1/schedules', requireKey('manage'), createSchedule)
  app.get('/v1/schedules', requireKey('manage'), listSchedules)
  app.get('/v1/schedules/:id', requireKey('manage'), getSchedule)
  app.post('/v1/schedules/:id', requireKey('manage'), changeSchedule)
  app.patch('/v1/schedules/:id', requireKey('manage'), changeSchedule)
  app.delete('/v1/schedules/:id', requireKey('manage'), deleteSchedule)
  app.post('/v1/schedules/:id/run', requireKey('manage'), runSchedule)

  app.post('/admin/keys', requireAdmin, createKey)
  app.get('/admin/keys', requireAdmin, listKeys)
  app.patch('/admin/keys/:id', requireAdmin, changeKey)
  app.delete('/admin/keys/:id', requireAdmin, revokeKey)
  app.post('/admin/keys/:id/rotate', requireAdmin, rotateKey)
  app.get('/admin/videos', requireAdmin, listAllVideos)
  app.post('/admin/videos/:id/settle', requireAdmin, settleVideo)

  app.notFound((context) => {
    const { method, path } = context.req
    return toErrorResponse(
      new HttpError(
        'not_found',
        `There is no ${method} ${path.slice(0, 100)}. See /docs for the routes.`,
      ),
    )
  })
  app.onError((error, context) => {
    const response = toErrorResponse(toHttpErrorOf(error, context.get('requestId')))
    for (const [name, value] of Object.entries(toHeadersOf(context, response.headers))) {
      response.headers.set(name, value)
    }
    return response
  })
  return app
}

function toHeadersOf(context: Context<App>, said: Headers): Record<string, string> {
  return toCommonHeaders(said, {
    requestId: context.get('requestId'),
    isHttps: context.req.url.startsWith('https:'),
  })
}

/** A webhook that points at a gateway, under whatever name, would call it for ever. */
function refuseOwnDelivery(context: Context<App>): void {
  if (isOwnDelivery(context.req.raw.headers)) {
    throw new HttpError(
      'own_delivery',
      'This is a webhook delivery of a gateway. It cannot be delivered to a gateway; change its URL.',
    )
  }
}

function toHttpErrorOf(error: unknown, requestId: string): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof ConfigError) {
    return new HttpError('misconfigured', `The gateway is not configured: ${error.message}`)
  }
  report({ what: 'request failed', id: requestId, error })
  return new HttpError(
    'internal_error',
    `The gateway failed on this request. Tell whoever runs it the id ${requestId}.`,
  )
}

/** What a page of another origin may read: retries, caching and budgets are decided on these. */
const exposedHeaders = [
  'x-request-id',
  'x-should-retry',
  'retry-after',
  'openai-poll-after-ms',
  'cache-status',
  'idempotent-replayed',
  'preference-applied',
  'location',
  'ratelimit',
  'ratelimit-policy',
]
