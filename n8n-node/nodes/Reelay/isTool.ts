// Whether an AI agent runs the node. Older agents lend a context of their own; newer ones let the
// engine run it as a node whose type ends in `Tool`.

import type { IExecuteFunctions } from 'n8n-workflow'

export function isTool(context: IExecuteFunctions): boolean {
  return isToolInProcess(context) || isNamedTool(context)
}

/** Such an agent waits for the answer itself, so the execution cannot be put to sleep. */
export function isToolInProcess(context: IExecuteFunctions): boolean {
  // n8n before 2.2 has no such method, and no other agents.
  const { isToolExecution }: Partial<Pick<IExecuteFunctions, 'isToolExecution'>> = context
  return isToolExecution === undefined ? isNamedTool(context) : isToolExecution.call(context)
}

function isNamedTool(context: IExecuteFunctions): boolean {
  return context.getNode().type.endsWith('Tool')
}
