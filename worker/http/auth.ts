// Bearer key → principal. A malformed key is refused by its checksum, before any object is asked;
// routes that cost money ask the account again themselves, so a revoked key starts nothing.

import type { MiddlewareHandler } from 'hono'
import {
  type AccessProblem,
  type KeyRow,
  type Scope,
  explainAccess,
  toAccess,
} from '../account/keys.ts'
import { explainAddress } from '../account/restrictions.ts'
import { refuse } from '../account/refusal.ts'
import { tooManyWrites } from '../account/refuseFree.ts'
import type { Minute } from '../platform/minutes.ts'
import { readAddress } from './address.ts'
import { alertLogins } from './alertLogins.ts'
import { HttpError, toRetryAfter } from './errors.ts'
import { toRefusalError } from './refusal.ts'
import { toSha256 } from '../../shared/wire/bytes.ts'
import { parseApiKey } from '../proofs/apiKey.ts'
import type { App, AppContext, Principal } from './context.ts'
import { noteUse } from './keyUse.ts'
import { isSameSecret } from '../proofs/isSameSecret.ts'
import { getAccount } from '../objects.ts'

/** How long an isolate trusts a key where nothing can be lost by it. */
const TRUST_MS = 10_000
/** Keys remembered per isolate: an attacker's guesses never get in, so this is real customers. */
const REMEMBERED = 1_000

/** By the key itself, so that a poll costs no hash; forgotten with the next key once its time is over. */
const remembered = new Map<string, { principal: Principal; until: number }>()

export function requireKey(scope: Scope, mayTrust = scope === 'read'): MiddlewareHandler<App> {
  return async (context, next) => {
    await authenticate(context, scope, mayTrust)
    await next()
  }
}

/**
 * For routes that end in an admission: there the account itself asks about the key, in the hop that
 * admits. Asking it before, as well, is a tenth of the way to the relay.
 */
export const requireKeyToAdmit = requireKey('generate', true)

/** For routes that change or send something and start nothing. */
export const limitWrites: MiddlewareHandler<App> = async (context, next) => {
  const { gateway, principal } = context.var
  refuseFull(gateway.writes.take(principal.key.id, principal.account), tooManyWrites)
  await next()
}

function refuseFull(minute: Minute | null, explain: (limit: number) => string): void {
  if (minute === null) return
  const message = explain(minute.limit)
  throw toRefusalError(refuse('rate_limit_exceeded', message, minute.resetMs, minute))
}

function tooManyRequests(limit: number): string {
  return `More than ${limit} requests in this minute. Try again when it is over, and follow \`/events\` instead of asking again and again.`
}

/** Puts into the context who called; throws when this key may not, or asks too often. */
export async function authenticate(
  context: AppContext,
  scope: Scope,
  mayTrust: boolean,
): Promise<void> {
  const principal = await findPrincipal(context, scope, mayTrust)
  const problem = explainAddress(principal.key, readAddress(context))
  if (problem !== null) throw new HttpError('insufficient_scope', problem)
  context.set('principal', principal)
  context.set('account', getAccount(context.env, principal.account))
  noteUse(context, principal)
}

async function findPrincipal(
  context: AppContext,
  scope: Scope,
  mayTrust: boolean,
): Promise<Principal> {
  const token = readBearer(context)
  if (token === null) {
    throw new HttpError('invalid_api_key', 'No API key. Send it as `Authorization: Bearer rk_…`.')
  }
  const known = recall(token)
  // Whoever it is, and whatever comes of it: once it is too much, no object is asked any more.
  if (known !== null) takeRequest(context, known)
  if (mayTrust && known !== null) {
    requireScope(known, scope)
    return known
  }
  const claim = parseApiKey(token)
  if (claim === null) throw failLogin(context, token, toAccessError('invalid_api_key', scope))
  const digest = await toSha256(token)
  const access = await getAccount(context.env, claim.account).authenticate(digest, scope)
  const hear = (key: KeyRow): Principal => {
    const principal = { account: claim.account, digest, key }
    context.var.gateway.authFailures.addGood(toAddress(context), token)
    remember(token, principal)
    if (known === null) takeRequest(context, principal)
    return principal
  }
  if (access.ok) return hear(access.key)
  const error = toAccessError(access.code, scope)
  // A good key that lacks the scope is counted like any other.
  if (access.key !== undefined) hear(access.key)
  else remembered.delete(token)
  throw access.code === 'invalid_api_key' ? failLogin(context, token, error) : error
}

/** Where the key may not be used, it is counted apart: whoever has it elsewhere does not use up its minute. */
function takeRequest(context: AppContext, { key, account }: Principal): void {
  const apart = explainAddress(key, readAddress(context)) === null ? '' : ' elsewhere'
  const { requests } = context.var.gateway
  refuseFull(requests.take(key.id + apart, account + apart), tooManyRequests)
}

function recall(token: string): Principal | null {
  const known = remembered.get(token)
  return known !== undefined && known.until > Date.now() ? known.principal : null
}

function remember(token: string, principal: Principal): void {
  forgetExpired(Date.now())
  remembered.delete(token)
  remembered.set(token, { principal, until: Date.now() + TRUST_MS })
}

/** Oldest first, because each is entered with the same time to live. */
function forgetExpired(now: number): void {
  for (const [token, { until }] of remembered) {
    if (until > now && remembered.size < REMEMBERED) return
    remembered.delete(token)
  }
}

/** For what an authenticated caller asks beyond the scope of the route. */
export function requireScope({ key }: Principal, scope: Scope): void {
  const access = toAccess(key, scope)
  if (!access.ok) throw toAccessError(access.code, scope)
}

function toAccessError(code: AccessProblem, scope: Scope): HttpError {
  return new HttpError(code, explainAccess(code, scope))
}

/** Opens /admin. Compared as digests, so that its length and prefix leak nothing. */
export const requireAdmin: MiddlewareHandler<App> = async (context, next) => {
  const token = readBearer(context)
  const { adminToken, adminReadToken } = context.var.gateway.config
  const error = new HttpError(
    'invalid_api_key',
    'This route needs ADMIN_TOKEN as its bearer token.',
  )
  if (token === null) throw error
  const [isFull, mayRead] = await Promise.all([
    isSameSecret(token, adminToken),
    adminReadToken !== null && isSameSecret(token, adminReadToken),
  ])
  if (!isFull && !mayRead) throw failLogin(context, token, error)
  const isReading = context.req.method === 'GET' || context.req.method === 'HEAD'
  if (!isFull && !isReading) {
    throw new HttpError('insufficient_scope', 'ADMIN_READ_TOKEN may only read. Use ADMIN_TOKEN.')
  }
  context.set('adminToken', isFull ? 'full' : 'read')
  context.var.gateway.authFailures.addGood(toAddress(context), token)
  await next()
}

/** The token of a caller who may try; an address that failed too often is not even heard. */
function readBearer(context: AppContext): string | null {
  const header = context.req.header('authorization')
  const match = header === undefined ? null : /^bearer +([\x21-\x7e]{1,512}) *$/i.exec(header)
  const token = match?.[1] ?? null
  const { authFailures } = context.var.gateway
  const waitMs = token === null ? 0 : authFailures.waitMs(toAddress(context), token)
  if (waitMs > 0) {
    throw new HttpError(
      'rate_limit_exceeded',
      'Too many failed logins from this address. Check the key, wait a minute, then try again.',
      { headers: { 'retry-after': toRetryAfter(waitMs) } },
    )
  }
  return token
}

function failLogin(context: AppContext, token: string, error: HttpError): HttpError {
  const { authFailures } = context.var.gateway
  authFailures.add(toAddress(context), token)
  if (authFailures.waitMs(toAddress(context)) > 0) alertLogins(context)
  return error
}

/** Callers without an address count as one. */
function toAddress(context: AppContext): string {
  return readAddress(context) ?? 'unknown'
}
