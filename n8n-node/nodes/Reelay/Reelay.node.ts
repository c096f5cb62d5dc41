// The node as n8n sees it: description, and which function answers to which operation.

import {
  NodeConnectionTypes,
  NodeOperationError,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookDescription,
} from 'n8n-workflow'

import { generationFields } from './generationFields.ts'
import { generationOptions } from './generationOptions.ts'
import { runGenerate } from './generate.ts'
import { isTool } from './isTool.ts'
import { toItemProblem, toNodeError, toProblemItem, toToolProblemItem } from './itemProblem.ts'
import { operationFields, outputFields } from './operationFields.ts'
import { panelLists } from './panelLists.ts'
import { resumeParked } from './parkExecution.ts'
import { refuseStopped } from './stopping.ts'
import { testCredential } from './testCredential.ts'
import { runGetMany } from './getMany.ts'
import { runGetUsage } from './getUsage.ts'
import { runArchive, runCancel, runDelete, runDownload, runGet } from './videoOperations.ts'

// Wakes up a parked execution. Not a trigger: n8n registers it for the execution, not the workflow.
const resumeWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    responseMode: 'onReceived',
    path: '',
    restartWebhook: true,
  },
]

export class Reelay implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Reelay',
    name: 'reelay',
    icon: { light: 'file:../../icons/reelay.svg', dark: 'file:../../icons/reelay.dark.svg' },
    group: ['transform'],
    version: [1],
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Generate videos from text and images, and start workflows when one is finished',
    defaults: { name: 'Reelay' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'reelayApi', required: true, testedBy: 'testCredential' }],
    webhooks: resumeWebhooks,
    waitingNodeTooltip:
      '=Sleeping until the gateway calls {{ $execution.resumeUrl.split("?")[0] }}',
    properties: [...operationFields, ...generationFields, generationOptions, ...outputFields],
  }

  methods = { listSearch: panelLists, credentialTest: { testCredential } }

  webhook = resumeParked

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const stop = this.getExecutionCancelSignal()
    try {
      refuseStopped(stop)
      return [await runOperation(this)]
    } catch (error) {
      if (isTool(this) && stop?.aborted !== true) {
        return [[toToolProblemItem(toItemProblem(error), 0)]]
      }
      if (!this.continueOnFail() || stop?.aborted === true) throw toNodeError(this, error, 0)
      // n8n would let the input items pass as if they were results.
      const problem = toItemProblem(error)
      return [this.getInputData().map((_item, index) => toProblemItem(this, problem, index))]
    }
  }
}

type Operation = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>

const operations: Readonly<Record<string, Operation>> = {
  generate: (context) => runGenerate(context, 'generate'),
  generateFromImage: (context) => runGenerate(context, 'generateFromImage'),
  remix: (context) => runGenerate(context, 'remix'),
  get: runGet,
  getAll: runGetMany,
  download: runDownload,
  cancel: runCancel,
  delete: runDelete,
  archive: runArchive,
  getUsage: runGetUsage,
}

async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const name = String(context.getNodeParameter('operation', 0))
  const run = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (run !== undefined) return await run(context)
  throw new NodeOperationError(context.getNode(), `The operation "${name}" does not exist`, {
    description: 'Choose an operation from the list; this workflow was made for another version.',
  })
}
