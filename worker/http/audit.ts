// Notes what an operator does: begun before the handler runs, so that no deed is without its row, and
// completed with the answer's status and what only the handler knew.

import type { MiddlewareHandler } from 'hono'
import type { AuditSubject, Deed, NewAuditRow } from '../directory/audit.ts'
import { getDirectory, isUnknownMethod } from '../objects.ts'
import { isAccountId } from '../proofs/apiKey.ts'
import { toAddressPrefix } from '../proofs/addressPrefix.ts'
import { report } from '../report/report.ts'
import { readAddress } from './address.ts'
import { type App, type AppContext, readId } from './context.ts'

/** What the handler knows of the deed; later calls complete earlier ones. */
export function noteAudit(context: AppContext, subject: Partial<AuditSubject>): void {
  context.set('audit', { ...context.var.audit, ...subject })
}

export function audited(deed: Deed): MiddlewareHandler<App> {
  return async (context, next) => {
    const directory = getDirectory(context.env)
    context.set('audit', toSubject(deed, readId(context)))
    const { requestId } = context.var
    const number = await begin(context, {
      ...context.var.audit,
      at: Date.now(),
      deed,
      network: toAddressPrefix(readAddress(context)),
      token: context.var.adminToken,
      request: requestId,
    })
    await next()
    if (number === null) return
    try {
      await directory.endAudit(number, context.res.status, context.var.audit)
    } catch (error) {
      // The deed stands in the list, only not how it ended.
      report({ what: 'object not reached', id: requestId, error })
    }
  }
}

/** A directory of the release before has no list: while a deploy is under way, keys are still made. */
async function begin({ env }: AppContext, row: NewAuditRow): Promise<number | null> {
  try {
    return await getDirectory(env).beginAudit(row)
  } catch (error) {
    if (isUnknownMethod(error)) return null
    throw error
  }
}

/** Of the path only what has the shape of an id: people paste keys there. */
function toSubject(deed: Deed, id: string): AuditSubject {
  const isVideoOrKey = /^(?:key|video)_[A-Za-z0-9]{1,40}$/.test(id)
  return {
    account: deed.startsWith('account.') && isAccountId(id) ? id : null,
    subject: isVideoOrKey ? id : null,
    detail: null,
  }
}
