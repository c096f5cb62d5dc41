// What every handler finds in its context: the bindings, the gateway made of them, and who called.

import type { Context } from 'hono'
import type { KeyRow } from '../account/keys.ts'
import type { AuditRow, AuditSubject } from '../directory/audit.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'
import type { RemoteAccount } from '../objects.ts'
import type { Share } from '../platform/budget.ts'

/** Who called: the account, the key they hold, and its digest, which is all an account can look up. */
export interface Principal {
  readonly account: string
  readonly digest: string
  readonly key: KeyRow
}

export interface App {
  Bindings: Env
  Variables: {
    requestId: string
    gateway: Gateway
    /** Of routes that a key opens. */
    principal: Principal
    /** The principal's. */
    account: RemoteAccount
    /** Of routes that the operator's token opens: which of the two it was. */
    adminToken: AuditRow['token']
    /** Of what is noted: whom it is about. */
    audit: AuditSubject
    /** Room for the images of this request, while it holds them. */
    upload: Share | undefined
    /** This same API, asked from within a request: what every guard and rule applies to again. */
    callApi: (request: Request) => Promise<Response>
  }
}

export type AppContext = Context<App>

/** The `:id` of the route. */
export function readId(context: AppContext): string {
  return context.req.param('id') ?? ''
}
