// What the operator's routes answer. Fields that an older gateway does not tell are optional here, and
// the console says so instead of failing.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import type * as answers from '../../http/answers.ts'

export type AdminVideo = FromSchema<typeof answers.AdminVideo> & { readonly relay?: string | null }
export type Health = FromSchema<typeof answers.AdminHealth>

export type Key = FromSchema<typeof answers.ApiKey> & {
  readonly models?: readonly string[] | null
  readonly last_used_at?: number | null
  readonly last_network?: string | null
}

export type NewKey = Key & { readonly key: string }

export interface RelayOverview {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly suspended_accounts: number
  readonly completed: number
  readonly failed: number
  readonly success_rate: number | null
  readonly p50_seconds: number | null
  readonly p95_seconds: number | null
  readonly failures: Readonly<Record<string, number>>
}

export interface Overview {
  readonly source: 'accounts' | 'analytics'
  readonly accounts: {
    readonly asked: number
    readonly not_reached: number
    readonly are_all: boolean
  }
  readonly running: number
  readonly held_usd: number
  readonly in_doubt_usd: number
  readonly spent_today_usd: number
  readonly relays: readonly RelayOverview[]
}

export interface AuditEntry {
  readonly at: number
  readonly deed: string
  readonly account: string | null
  readonly subject: string | null
  readonly detail: string | null
  readonly network: string | null
  readonly token: string
  readonly status: number | null
}
