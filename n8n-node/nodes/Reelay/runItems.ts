// Works on several items at once and returns them in the order they came. After the first item that
// ends the run no further one is started; those under way are paid for, so they are waited for. Each
// result is paired with the item it was made of.

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import { toItemProblem, toNodeError, toProblemItem } from './itemProblem.ts'

export async function runItems(
  context: IExecuteFunctions,
  parallel: number,
  work: (itemIndex: number) => Promise<INodeExecutionData | INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const count = context.getInputData().length
  const results: INodeExecutionData[][] = []
  let next = 0
  let firstProblem: Error | null = null

  async function takeItems(): Promise<void> {
    while (next < count && firstProblem === null) {
      const itemIndex = next++
      try {
        results[itemIndex] = [await work(itemIndex)]
          .flat()
          .map((result) => ({ ...result, pairedItem: { item: itemIndex } }))
      } catch (error) {
        const problem = toItemProblem(error)
        if (context.continueOnFail() && context.getExecutionCancelSignal()?.aborted !== true) {
          results[itemIndex] = [toProblemItem(context, problem, itemIndex)]
        } else {
          firstProblem ??= toNodeError(context, problem, itemIndex)
        }
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(parallel, count) }, takeItems))
  if (firstProblem !== null) throw firstProblem
  return results.flat()
}
