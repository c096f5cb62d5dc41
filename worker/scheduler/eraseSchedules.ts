// Takes all schedules of an account away, here and in the index, which is told before this returns: it may
// be repeated until it was heard.

import type { Sql } from '../../shared/ports.ts'
import type { Schedules } from './schedules.ts'
import type { Untold } from './untold.ts'

/** Says how many. */
export async function eraseSchedules(
  sql: Sql,
  schedules: Schedules,
  untold: Untold,
  account: string,
): Promise<number> {
  const ids = schedules.idsOf(account)
  sql.transaction(() => {
    for (const id of ids) {
      schedules.remove(id)
      untold.note(id, 'whole')
    }
  })
  await untold.tell(account, null)
  sql.exec('DELETE FROM owner')
  return ids.length
}
