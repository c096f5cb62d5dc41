// Get Many: the videos of the key, newest first, as far as filters let them through.

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import * as z from 'zod/v4-mini'

import type { VideoResource } from '../../../shared/video/video.ts'
import { requireGateway } from './connection.ts'
import { ItemProblem } from './itemProblem.ts'
import { runItems } from './runItems.ts'
import { shapeItem } from './shapeItem.ts'
import { toVideoItem } from './videoItem.ts'

// The API's own maximum.
const pageSize = 100

const filtersSchema = z.object({
  createdAfter: z._default(z.string(), ''),
  createdBefore: z._default(z.string(), ''),
  metadataKey: z._default(z.string(), ''),
  metadataValue: z._default(z.string(), ''),
  model: z._default(z.string(), ''),
  search: z._default(z.string(), ''),
  status: z.optional(z.enum(['queued', 'in_progress', 'completed', 'failed'])),
})

export async function runGetMany(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Listing videos')
  const signal = context.getExecutionCancelSignal()
  return await runItems(context, 1, async (itemIndex) => {
    const isAll = context.getNodeParameter('returnAll', itemIndex, false)
    const max = isAll ? Infinity : Number(context.getNodeParameter('limit', itemIndex, 50))
    const filters = readFilters(context, itemIndex)
    const found: VideoResource[] = []
    let after: string | undefined
    for (let hasMore = true; hasMore && found.length < max;) {
      const limit = Math.min(pageSize, max - found.length)
      const page = await gateway.client.list({ ...filters.asked, limit, after, signal })
      found.push(...page.videos.filter(filters.isWanted))
      after = page.lastId ?? undefined
      hasMore = page.hasMore && after !== undefined
    }
    return found
      .slice(0, max)
      .map((video) => ({ json: shapeItem(context, itemIndex, toVideoItem(video)) }))
  })
}

function readFilters(context: IExecuteFunctions, itemIndex: number) {
  const parsed = filtersSchema.safeParse(context.getNodeParameter('filters', itemIndex, {}))
  if (!parsed.success) {
    throw new ItemProblem('A filter has a value that cannot be used', 'Correct the filters.')
  }
  const { status, model, search, metadataKey, metadataValue, ...dates } = parsed.data
  const createdAfter = toUnixSeconds(dates.createdAfter)
  const createdBefore = toUnixSeconds(dates.createdBefore)
  return {
    asked: {
      status,
      model: model || undefined,
      q: search || undefined,
      createdAfter,
      createdBefore,
    },
    // A gateway keeps metadata without looking into it.
    isWanted: ({ metadata }: VideoResource) =>
      metadataKey === '' ||
      (metadata[metadataKey] !== undefined &&
        (metadataValue === '' || metadata[metadataKey] === metadataValue)),
  }
}

function toUnixSeconds(text: string): number | undefined {
  if (text === '') return undefined
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return Math.floor(at / 1000)
  throw new ItemProblem(`"${text}" is not a date`, 'Correct the filters of the node.')
}
