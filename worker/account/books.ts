// What an operator backs up of an account's generations and money, page by page, oldest first: never
// what was asked for.

import type { Sql } from '../../shared/ports.ts'
import { Table } from '../platform/table.ts'
import type { GenerationRow } from './generations.ts'
import type { UsageRow } from './ledger.ts'

export interface BookedGeneration extends Pick<
  GenerationRow,
  | 'number'
  | 'id'
  | 'keyId'
  | 'state'
  | 'createdAt'
  | 'endedAt'
  | 'expiresAt'
  | 'code'
  | 'charge'
  | 'outcome'
  | 'price'
  | 'hold'
  | 'spent'
> {
  readonly model: string
  readonly seconds: string
  readonly size: string
}

export type BookedDay = UsageRow & { readonly keyId: string }

const columns = `number, id, key_id AS keyId, identity ->> '$.model' AS model,
  identity ->> '$.seconds' AS seconds, identity ->> '$.size' AS size, state, created_at AS createdAt,
  ended_at AS endedAt, expires_at AS expiresAt, code, charge, outcome, price, hold, spent`

export class Books {
  readonly #sql: Sql
  readonly #generations: Table<BookedGeneration>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#generations = new Table(sql, 'generation', columns, {})
  }

  /** `after`: the number of the last one that is known, 0 for the first page. */
  generations(after: number, limit: number): BookedGeneration[] {
    return this.#generations.many('WHERE number > ? ORDER BY number LIMIT ?', after, limit)
  }

  days(after: Pick<BookedDay, 'day' | 'model' | 'keyId'> | null, limit: number): BookedDay[] {
    return this.#sql.exec<BookedDay>(
      `SELECT day, model, key_id AS keyId, generations, completed, failed, spent FROM usage
         WHERE (day, model, key_id) > (?, ?, ?) ORDER BY day, model, key_id LIMIT ?`,
      after?.day ?? '',
      after?.model ?? '',
      after?.keyId ?? '',
      limit,
    )
  }
}
