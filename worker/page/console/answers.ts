// What the operator's routes answer, by the schemas they answer with.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import type * as answers from '../../http/answers.ts'

export type AdminVideo = FromSchema<typeof answers.AdminVideo>
export type Health = FromSchema<typeof answers.AdminHealth>
export type Key = FromSchema<typeof answers.ApiKey>
export type NewKey = FromSchema<typeof answers.CreatedApiKey>
export type Overview = FromSchema<typeof answers.AdminOverview>
export type AuditEntry = FromSchema<typeof answers.AuditEntry>
