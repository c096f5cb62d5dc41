// What the panel's lists show: the models the server offers, and the latest videos.

import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'

import { openGateway } from './connection.ts'

export async function searchModels(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  // A plain relay answers this one, too.
  const { client } = await openGateway(this)
  const ids = (await client.models()).filter((id) => matches(filter, id))
  return { results: ids.map((id) => ({ name: id, value: id })) }
}

export async function searchVideos(
  this: ILoadOptionsFunctions,
  filter?: string,
  after?: string,
): Promise<INodeListSearchResult> {
  const { client } = await openGateway(this)
  const page = await client.list({ limit: 50, after })
  const results = page.videos
    .filter(({ id, prompt, status }) => matches(filter, `${id} ${prompt ?? ''} ${status}`))
    .map(({ id, prompt, status }) => ({ name: `${shorten(prompt ?? id)} (${status})`, value: id }))
  const last = page.videos.at(-1)
  return page.hasMore && last !== undefined ? { results, paginationToken: last.id } : { results }
}

function matches(filter: string | undefined, text: string): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase())
}

// What fits into the panel's list on one line.
function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}
