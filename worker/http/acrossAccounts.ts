// One page of what an operator lists over all accounts: accounts in alphabetical order, the newest of
// each first. A page ends after so many accounts, full or not, and the next goes on there.

import { getDirectory } from '../objects.ts'
import { isAccountId } from '../proofs/apiKey.ts'
import type { AppContext } from './context.ts'
import { invalid } from './errors.ts'
import { readLimit } from './lists.ts'

/** Accounts asked for one page. */
const ACCOUNTS_PER_PAGE = 50

interface Found<Row> {
  readonly account: string
  readonly row: Row
}

interface AccountsPage<Row> {
  readonly found: readonly Found<Row>[]
  /** `after` of the next page; null when this is the last. */
  readonly next: string | null
}

/** Reads `limit`, `account` and `after`. `load` gives at most `limit` rows of one account below `before`. */
export async function pageAcrossAccounts<Row extends { readonly number: number }>(
  context: AppContext,
  load: (account: string, before: number, limit: number) => Promise<readonly Row[]>,
): Promise<AccountsPage<Row>> {
  const limit = readLimit(context)
  const { account, after } = context.req.query()
  if (account !== undefined && !isAccountId(account)) {
    throw invalid('account', '`account` is no account id.')
  }
  const cursor = readCursor(after) ?? { account: '', number: Infinity }
  const accounts =
    account === undefined
      ? await getDirectory(context.env).accounts(cursor.account, ACCOUNTS_PER_PAGE + 1)
      : [account]
  const found: Found<Row>[] = []
  for (const [index, one] of accounts.entries()) {
    // Everything of it is still to come.
    if (found.length === limit || index === ACCOUNTS_PER_PAGE) {
      return { found, next: toCursor(one, Number.MAX_SAFE_INTEGER) }
    }
    const before = one === cursor.account ? cursor.number : Number.MAX_SAFE_INTEGER
    const left = limit - found.length
    const rows = await load(one, before, left + 1)
    found.push(...rows.slice(0, left).map((row) => ({ account: one, row })))
    const last = rows.at(left - 1)
    if (rows.length > left && last !== undefined) return { found, next: toCursor(one, last.number) }
  }
  return { found, next: null }
}

function toCursor(account: string, number: number): string {
  return `${account}.${number}`
}

function readCursor(text: string | undefined): { account: string; number: number } | null {
  if (text === undefined) return null
  // An account has no full stop.
  const [account = '', number = '', ...rest] = text.split('.', 3)
  if (!isAccountId(account) || !/^\d{1,16}$/.test(number) || rest.length > 0) {
    throw invalid('after', '`after` is not a `next_after` of this list.')
  }
  return { account, number: Number(number) }
}
