// GET /admin/audit: what operators did, newest first.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import { type AuditRow, deeds } from '../../directory/audit.ts'
import { getDirectory } from '../../objects.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import type { AuditEntry } from '../answers.ts'
import type { AppContext } from '../context.ts'
import { invalid } from '../errors.ts'
import { readLimit } from '../lists.ts'
import { toUnixSeconds } from '../unixSeconds.ts'

export async function listAudit(context: AppContext): Promise<Response> {
  const limit = readLimit(context)
  const { account = null, deed = null, after } = context.req.query()
  if (account !== null && !isAccountId(account)) {
    throw invalid('account', '`account` is no account id.')
  }
  const known = deeds.find((one) => one === deed) ?? null
  if (known !== deed) throw invalid('deed', `\`deed\` is not one of ${deeds.join(', ')}.`)
  if (after !== undefined && !/^\d{1,15}$/.test(after)) {
    throw invalid('after', '`after` is not a `next_after` of this list.')
  }
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after)
  const rows = await getDirectory(context.env).audit({ account, deed: known }, before, limit + 1)
  const page = rows.slice(0, limit)
  const hasMore = rows.length > limit
  const next = hasMore ? String(page.at(-1)?.number ?? 0) : null
  return context.json({
    object: 'list',
    data: page.map(toEntry),
    has_more: hasMore,
    next_after: next,
  })
}

function toEntry(row: AuditRow): FromSchema<typeof AuditEntry> {
  return {
    object: 'admin.audit',
    at: toUnixSeconds(row.at),
    deed: row.deed,
    account: row.account,
    subject: row.subject,
    detail: row.detail,
    network: row.network,
    token: row.token,
    request_id: row.request,
    status: row.status,
  }
}
