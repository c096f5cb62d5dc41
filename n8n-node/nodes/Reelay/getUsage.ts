// Get Usage: what the key in the credential has spent and may still spend, in US dollars.

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import * as z from 'zod/v4-mini'

import { requireGateway, type Gateway } from './connection.ts'
import { ItemProblem } from './itemProblem.ts'
import { runItems } from './runItems.ts'

const amount = z.catch(z.nullable(z.number()), null)

const usageSchema = z.object({
  key: z.object({
    id: z.string(),
    name: z.catch(z.nullable(z.string()), null),
    spent_usd: amount,
    held_usd: amount,
    limits: z.object({ budget_usd: amount, rpm: amount, concurrency: amount }),
  }),
  days: z.array(z.record(z.string(), z.unknown())),
})

export interface Usage {
  readonly item: IDataObject
  /** null where nobody has set a budget. */
  readonly leftUsd: number | null
}

export async function readUsage({ client }: Pick<Gateway, 'client'>): Promise<Usage> {
  const usage = usageSchema.safeParse(await client.call('GET', '/usage')).data
  if (usage === undefined) {
    throw new ItemProblem('The answer is not a usage', 'Check that the gateway is up to date.')
  }
  const { id, name, spent_usd, held_usd, limits } = usage.key
  const { budget_usd: budget } = limits
  const left = budget === null ? null : budget - (spent_usd ?? 0) - (held_usd ?? 0)
  // Cents of cents: sums of binary fractions have long tails.
  const leftUsd = left === null ? null : Math.round(left * 1e6) / 1e6
  const key = { key_id: id, key_name: name }
  return {
    item: {
      ...key,
      spent_usd,
      held_usd,
      left_usd: leftUsd,
      ...limits,
      days: usage.days as IDataObject[],
    },
    leftUsd,
  }
}

export async function runGetUsage(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Getting the usage')
  return await runItems(context, 1, async () => ({ json: (await readUsage(gateway)).item }))
}
