// Whether an AI agent runs the node. Older agents lend a context of their own; newer ones let the
// engine run it as a node whose type ends in `Tool`.

import type { IExecuteFunctions } from 'n8n-workflow'

export function isTool(context: IExecuteFunctions): boolean {
  return context.isToolExecution() || context.getNode().type.endsWith('Tool')
}
