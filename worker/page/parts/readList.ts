// A list of the gateway, to its end: what a page shows as a whole has a hundred entries at most.

import type { Client } from '../../../shared/client/client.ts'

const PAGES = 10

export async function readList<Entry>(api: Client, path: string): Promise<readonly Entry[]> {
  const found: Entry[] = []
  let after: string | null = null
  for (let page = 0; page < PAGES; page++) {
    const mark = path.includes('?') ? '&' : '?'
    const query: string = after === null ? '' : `${mark}after=${encodeURIComponent(after)}`
    const answer = (await api.call('GET', path + query)) as unknown as {
      data: readonly Entry[]
      has_more: boolean
      last_id?: string | null
      next_after?: string | null
    }
    found.push(...answer.data)
    after = answer.next_after ?? answer.last_id ?? null
    if (!answer.has_more || after === null) break
  }
  return found
}
