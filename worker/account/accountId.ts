// The account's own id, for lines in the log. An object does not know its name.

import type { Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'

export function accountId(sql: Sql): string {
  return readValue<string>(sql, 'SELECT id FROM account') ?? ''
}
