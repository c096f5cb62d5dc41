// /admin/keys: who may use the gateway, how much and for how long. A key is shown once, here.

import * as z from 'zod/v4-mini'
import { toSha256 } from '../../../shared/wire/bytes.ts'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { budgetPeriods } from '../../account/spending.ts'
import { type KeyChange, type KeyRow, scopes } from '../../account/keys.ts'
import { noteAudit } from '../audit.ts'
import { restrictionFields, toRestrictions } from '../keyRestrictions.ts'
import { HttpError, invalid, notFound } from '../errors.ts'
import { createApiKey, isAccountId } from '../../proofs/apiKey.ts'
import { type AppContext, readId } from '../context.ts'
import { createBase62 } from '../../proofs/base62.ts'
import { random } from '../../platform/platform.ts'
import { readAs, withoutUndefined } from '../body.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toPeriodFields } from '../budgetFields.ts'
import { toMicro, toUsd, usdSchema } from '../usd.ts'
import { getAccount, getDirectory, locationHints } from '../../objects.ts'
import type { ApiKey } from '../answers.ts'

const count = z.int().check(z.gte(1), z.lte(1_000_000))
const accountError = 'must be 1 to 40 letters, digits and inner dashes'

const fields = {
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  budget_usd: z.nullish(usdSchema),
  budget_period: z.optional(z.enum(budgetPeriods)),
  rpm: z.nullish(count),
  concurrency: z.nullish(count),
  scopes: z.optional(z.array(z.enum(scopes)).check(z.minLength(1))),
  /** Unix seconds. */
  expires_at: z.nullish(z.int().check(z.gte(0), z.lte(100_000_000_000))),
  ...restrictionFields,
}

export const newKeySchema = z.strictObject({
  ...fields,
  account: z.optional(z.string().check(z.refine(isAccountId, { error: accountError }))),
  location_hint: z.optional(z.enum(locationHints)),
})

export const keyChangeSchema = z.strictObject({
  ...fields,
  name: z.optional(fields.name),
  spent_usd: z.optional(usdSchema),
})

/** How long the old secret of a rotated key works beside the new one: a day to change every client. */
const OVERLAP_SECONDS = 86_400
const LONGEST_OVERLAP_SECONDS = 30 * 86_400

export const rotationSchema = z.strictObject({
  overlap_seconds: z.optional(z.int().check(z.gte(0), z.lte(LONGEST_OVERLAP_SECONDS))),
})

/** Keys are listed by account; a page is so many of them. */
const ACCOUNTS_PER_PAGE = 100

export async function createKey(context: AppContext): Promise<Response> {
  const asked = await readAs(context, newKeySchema, 'create the key')
  const { account = createBase62(random, 10), name, location_hint: hint, ...limits } = asked
  if (hint !== undefined) await requireNewAccount(context, account)
  const id = `key_${createBase62(random, 20)}`
  noteAudit(context, { account, subject: id })
  const key = createApiKey(random, account)
  const row = await getAccount(context.env, account, hint).createKey(account, {
    id,
    name,
    digest: await toSha256(key),
    hint: toHint(key, account),
    scopes: limits.scopes ?? [...scopes],
    budget: toMicro(limits.budget_usd) ?? null,
    ...(limits.budget_period !== undefined && { budgetPeriod: limits.budget_period }),
    rpm: limits.rpm ?? null,
    concurrency: limits.concurrency ?? null,
    expiresAt: toMs(limits.expires_at) ?? null,
    ...toRestrictions(context, limits),
  })
  if (row === null)
    throw new HttpError(
      'try_again',
      'The key was not stored: its account is being erased. Try again later.',
    )
  await getDirectory(context.env).add(id, account)
  return context.json({ ...toKeyResource(row, account), key }, 201)
}

/** Where an account lives is decided when it is made; a hint that comes later would not be heard. */
async function requireNewAccount(context: AppContext, account: string): Promise<void> {
  const [known] = await getDirectory(context.env).accounts(account, 1)
  if (known !== account) return
  throw invalid(
    'location_hint',
    'Cannot create the key: its account exists, and stays where it is. Leave `location_hint` out.',
  )
}

export async function listKeys(context: AppContext): Promise<Response> {
  const { account: asked, after = '' } = context.req.query()
  // One more than a page says whether there is another; `after` itself is not shown again.
  const found =
    asked === undefined
      ? await getDirectory(context.env).accounts(after, ACCOUNTS_PER_PAGE + 2)
      : [asked]
  const accounts = found.filter((account) => account !== after && isAccountId(account))
  const page = accounts.slice(0, ACCOUNTS_PER_PAGE)
  const data = await Promise.all(
    page.map(async (account) => {
      const rows = await getAccount(context.env, account).listKeys()
      return rows.map((row) => toKeyResource(row, account))
    }),
  )
  const hasMore = accounts.length > page.length
  return context.json({
    object: 'list',
    data: data.flat(),
    has_more: hasMore,
    next_after: hasMore ? page.at(-1) : null,
  })
}

export async function changeKey(context: AppContext): Promise<Response> {
  const asked = await readAs(context, keyChangeSchema, 'change the key')
  const { budget_usd, budget_period: budgetPeriod, spent_usd, expires_at, ...other } = asked
  const { models, ip_allow, ...rest } = other
  const change: KeyChange = withoutUndefined({
    ...rest,
    budget: toMicro(budget_usd),
    budgetPeriod,
    spent: toMicro(spent_usd) ?? undefined,
    expiresAt: toMs(expires_at),
    ...toRestrictions(context, { models, ip_allow }),
  })
  const { id, account } = await findKey(context)
  noteAudit(context, { detail: Object.keys(asked).join(' ') })
  const row = await getAccount(context.env, account).changeKey(id, change)
  if (row === null) throw unknownKey()
  return context.json(toKeyResource(row, account))
}

/** A new secret for the same key; the old one goes on for `overlap_seconds`. */
export async function rotateKey(context: AppContext): Promise<Response> {
  const asked = await readAs(context, rotationSchema, 'rotate the key')
  const { overlap_seconds: overlap = OVERLAP_SECONDS } = asked
  const { id, account } = await findKey(context)
  const key = createApiKey(random, account)
  const oldUntil = Date.now() + overlap * 1000
  const row = await getAccount(context.env, account).rotateKey(id, {
    digest: await toSha256(key),
    hint: toHint(key, account),
    oldUntil,
  })
  if (row === null) throw notFound('This key is expired or revoked. Create a new one.')
  return context.json({
    ...toKeyResource(row, account),
    key,
    old_key_expires_at: toUnixSeconds(oldUntil),
  })
}

export async function revokeKey(context: AppContext): Promise<Response> {
  const { id, account } = await findKey(context)
  const row = await getAccount(context.env, account).revokeKey(id)
  if (row === null) throw unknownKey()
  return context.json({ ...toKeyResource(row, account), deleted: true })
}

async function findKey(context: AppContext): Promise<{ id: string; account: string }> {
  const id = readId(context)
  const account = /^key_[A-Za-z0-9]{20}$/.test(id)
    ? await getDirectory(context.env).accountOf(id)
    : null
  if (account === null) throw unknownKey()
  noteAudit(context, { account })
  return { id, account }
}

function unknownKey(): HttpError {
  return notFound('There is no such key. GET /admin/keys lists them.')
}

export function toKeyResource(row: KeyRow, account: string): FromSchema<typeof ApiKey> {
  return {
    id: row.id,
    object: 'key',
    account,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    budget_usd: toUsd(row.budget),
    spent_usd: toUsd(row.spent),
    held_usd: toUsd(row.held),
    budget_period: row.budgetPeriod ?? 'total',
    ...toPeriodFields(row.period ?? { spent: row.spent, held: row.held, endsAt: null }),
    rpm: row.rpm,
    concurrency: row.concurrency,
    created_at: toUnixSeconds(row.createdAt),
    expires_at: toUnixSeconds(row.expiresAt),
    revoked_at: toUnixSeconds(row.revokedAt),
    // An object that still runs 0.1 does not say.
    models: row.models ?? null,
    ip_allow: row.ipAllow ?? null,
    last_used_at: toUnixSeconds(row.lastUsedAt ?? null),
    last_network: row.lastNetwork ?? null,
  }
}

/** Enough to tell two keys apart: what all of an account share, and the end. */
function toHint(key: string, account: string): string {
  return `${key.slice(0, 3 + account.length)}…${key.slice(-4)}`
}

function toMs(seconds: number | null | undefined): number | null | undefined {
  return typeof seconds === 'number' ? seconds * 1000 : seconds
}
