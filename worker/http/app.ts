// Puts the table of routes behind what holds for all of them: ids, headers, guards, errors.

import type { MiddlewareHandler } from 'hono'
// The preset with one router: the default one carries three and ends up with the slowest here.
import { Hono } from 'hono/tiny'
import { cors } from 'hono/cors'
import { HttpError, notFound, toErrorResponse, toRetryAfter } from './errors.ts'
import { audited } from './audit.ts'
import { limitWrites, requireAdmin, requireKey, requireKeyToAdmit } from './auth.ts'
import { createBase62 } from '../proofs/base62.ts'
import { isConfigError } from '../settings/configError.ts'
import type { App, AppContext } from './context.ts'
import { deedOf } from './deeds.ts'
import { toGateway } from '../gateway.ts'
import { setCommonHeaders } from './headers.ts'
import { ObjectUnreached } from '../objects.ts'
import { StoreUnreached } from '../platform/bucket.ts'
import { isOwnDelivery } from '../outbound/outbound.ts'
import { random } from '../platform/platform.ts'
import { refuseMcpMethod } from './routes/mcp.ts'
import { report } from '../report/report.ts'
import { type Access, type Route, routes, splitRoute, toScope } from './routes.ts'
import { endUpload } from './upload.ts'

const guards: Readonly<Record<Access, readonly MiddlewareHandler<App>[]>> = {
  anyone: [],
  link: [],
  read: [requireKey('read')],
  generate: [requireKey('generate')],
  manage: [requireKey('manage')],
  admit: [requireKeyToAdmit],
  admin: [requireAdmin],
}

export function createApp(): Hono<App> {
  const app = new Hono<App>()

  // Around everything, so that the answer to an error carries the same headers.
  app.use(async (context, next) => {
    context.set('requestId', `req_${createBase62(random, 22)}`)
    context.set('callApi', async (request) => app.fetch(request, context.env, context.executionCtx))
    await next()
    endUpload(context)
    setCommonHeaders(context)
  })
  app.use(async (context, next) => {
    context.set('gateway', toGateway(context.env))
    refuseOwnDelivery(context)
    await next()
  })
  for (const path of ['/v1/*', '/mcp']) {
    app.use(path, async (context, next) => {
      const { allowedOrigins } = context.var.gateway.config
      if (allowedOrigins.length === 0) return await next()
      return await cors({ origin: [...allowedOrigins], exposeHeaders: exposedHeaders })(
        context,
        next,
      )
    })
  }

  for (const [route, [access, handle]] of Object.entries(routes)) {
    const [method, path] = splitRoute(route)
    const limits = isFreeChange(route, access) ? [limitWrites] : []
    const deed = deedOf[route as Route]
    const audits = deed === undefined ? [] : [audited(deed)]
    app.on(method, [path], ...guards[access], ...limits, ...audits, handle)
  }

  app.all('/mcp', refuseMcpMethod)

  app.notFound((context) => {
    const { method, path } = context.req
    const message = `There is no ${method} ${path.slice(0, 100)}. See /docs for the routes.`
    return toErrorResponse(notFound(message))
  })
  app.onError((error, { var: { requestId } }) => toErrorResponse(toHttpErrorOf(error, requestId)))
  return app
}

/** What may start a generation although the guard itself asks about the key; its minute is `rpm`. */
const startsByScope: readonly string[] = [
  'POST /v1/videos/:id/remix',
  'POST /v1/videos/edits',
  'POST /v1/videos/extensions',
] satisfies readonly (keyof typeof routes)[]

/**
 * What a key changes or sends without starting a generation. A POST that a reader may make (`/mcp`)
 * changes nothing by itself: what it calls is counted.
 */
function isFreeChange(route: string, access: Access): boolean {
  const mayStart = access === 'admit' || startsByScope.includes(route)
  const isRead = access === 'read' || route.startsWith('GET ')
  return toScope(access) !== null && !isRead && !mayStart
}

/** A webhook that points at a gateway, under whatever name, would call it for ever. */
function refuseOwnDelivery(context: AppContext): void {
  if (isOwnDelivery(context.req.raw.headers)) {
    throw new HttpError(
      'own_delivery',
      'This is a webhook delivery of a gateway. It cannot be delivered to a gateway; change its URL.',
    )
  }
}

/** Asking an overloaded object again at once keeps it so. */
const OVERLOADED_MS = 10_000

function toHttpErrorOf(error: unknown, requestId: string): HttpError {
  if (error instanceof HttpError) return error
  if (isConfigError(error)) {
    return new HttpError('misconfigured', `The gateway is not configured: ${error.message}`)
  }
  if (error instanceof ObjectUnreached || error instanceof StoreUnreached) {
    const isObject = error instanceof ObjectUnreached
    const what = isObject ? 'object not reached' : 'store not reached'
    report({ what, id: requestId, error })
    const ms = isObject && error.isOverloaded ? OVERLOADED_MS : 1_000
    return new HttpError('try_again', 'The gateway could not do this just now. Try again.', {
      headers: { 'retry-after': toRetryAfter(ms) },
    })
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
