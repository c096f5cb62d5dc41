// Works on several items at once and returns them in the order they came. After the first item that
// ends the run no further one is started; those under way are paid for, so they are waited for. Each
// result is paired with the item it was made of.

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import { isTool } from './isTool.ts'
import {
  ItemProblem,
  toItemProblem,
  toNodeError,
  toProblemItem,
  toToolProblemItem,
} from './itemProblem.ts'
import { refuseStopped, tellStopped } from './stopping.ts'

export async function runItems(
  context: IExecuteFunctions,
  parallel: number,
  work: (itemIndex: number) => Promise<INodeExecutionData | INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const units = context.getInputData().map((_item, itemIndex) => ({ itemIndex }))
  return await runUnits(context, parallel, units, async (unit) => await work(unit.itemIndex))
}

/** The same for parts of items: several units of one item are paired with it. */
export async function runUnits<Unit extends { readonly itemIndex: number }>(
  context: IExecuteFunctions,
  parallel: number,
  units: readonly Unit[],
  work: (unit: Unit) => Promise<INodeExecutionData | INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const results: INodeExecutionData[][] = []
  const stop = context.getExecutionCancelSignal()
  let next = 0
  const fatal: { readonly problem: ItemProblem; readonly itemIndex: number }[] = []

  async function takeUnits(): Promise<void> {
    for (;;) {
      const index = next++
      const unit = units[index]
      if (unit === undefined || fatal.length > 0) return
      const { itemIndex } = unit
      try {
        refuseStopped(stop)
        const made = [await work(unit)].flat()
        results[index] = made.map((result) => ({ ...result, pairedItem: { item: itemIndex } }))
      } catch (error) {
        const problem = toItemProblem(error)
        const isStopped = stop?.aborted === true
        if (isStopped) tellStopped(context, problem)
        if (!isStopped && isTool(context)) {
          results[index] = [toToolProblemItem(problem, itemIndex)]
        } else if (!isStopped && context.continueOnFail()) {
          results[index] = [toProblemItem(context, problem, itemIndex)]
        } else {
          fatal.push({ problem, itemIndex })
        }
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(parallel, units.length) }, takeUnits))
  const [first] = fatal
  if (first === undefined) return results.flat()
  throw toNodeError(context, withOthers(first.problem, results.flat()), first.itemIndex)
}

// As many as a person reads; all of them are in the error's context.
const namedOthers = 10

/** An execution that ends here keeps no items, so the error names what was done besides. */
function withOthers(problem: ItemProblem, results: readonly INodeExecutionData[]): ItemProblem {
  const others = results
    .map(({ json }) => json['id'] ?? json['url'])
    .filter((name) => typeof name === 'string')
  if (others.length === 0) return problem
  const { message, advice, json, status } = problem
  const named = others.slice(0, namedOthers).join(', ')
  return new ItemProblem(message, `${advice} Done besides: ${named}.`, { ...json, others }, status)
}
