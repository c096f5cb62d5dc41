// Runs the node in n8n's real execution engine: real HTTP helpers, binary store, retries, error
// outputs, waiting and cancellation.

import type {
  IExecuteFunctions,
  INode,
  INodeExecutionData,
  INodeParameters,
  ILoadOptionsFunctions,
  IRun,
  IWebhookData,
  IWebhookFunctions,
  IWorkflowExecuteAdditionalData,
  NodeError,
} from 'n8n-workflow'

import {
  binaryStore,
  core,
  createAdditionalData,
  createNodeTypes,
  createRunExecutionData,
  lend,
  reelay,
  toNode,
  Workflow,
  type Credential,
  type Lending,
} from './n8nCore.ts'

export type { Credential }

export interface RunOptions extends Lending {
  readonly parameters: INodeParameters
  /** What the node gets; default one empty item. */
  readonly items?: readonly INodeExecutionData[]
  /** Settings of the node beside its parameters: `onError`, `retryOnFail`, … */
  readonly settings?: Partial<INode>
  /** Type name under which the node runs; with `Tool` at the end it is an agent's. */
  readonly type?: string
}

export interface Execution {
  /** The whole run, as n8n stores it. */
  readonly done: Promise<IRun>
  /** What the Stop button does. */
  stop(): void
}

export interface Outcome {
  readonly run: IRun
  readonly items: readonly INodeExecutionData[]
  /** Output 1: where "Continue (using error output)" sends items. */
  readonly errorItems: readonly INodeExecutionData[]
  readonly error: (NodeError & { description?: string | null }) | null
  readonly hints: readonly string[]
}

const nodeName = 'Reelay'

/** The node behind one that hands it the items, in a workflow run by n8n's engine. */
export function startNode(options: RunOptions): Execution {
  const { mode = 'webhook' } = options
  const executionId = options.executionId ?? String(nextExecutionId++)
  const workflow = createWorkflow(options)
  const startNode = workflow.getNode('Items')
  if (startNode === null) throw new Error('the workflow has no start')
  const additionalData = createAdditionalData({ ...options, mode, executionId })
  const execution = new core.WorkflowExecute(additionalData, mode).run({
    workflow,
    startNode,
  })
  return { done: execution, stop: () => execution.cancel() }
}

function createWorkflow(options: RunOptions) {
  const items: INodeExecutionData[] = structuredClone([...(options.items ?? [{ json: {} }])])
  return new Workflow({
    id: 'workflow-1',
    name: 'Test',
    active: false,
    nodes: [toNode('Items', 'test.items', {}), toReelayNode(options)],
    connections: { Items: { main: [[{ node: nodeName, type: 'main', index: 0 }]] } },
    nodeTypes: createNodeTypes(items),
  })
}

/** What n8n does with "Retry execution": a new execution that knows what the failed one wrote down. */
export async function retryRun({ data }: IRun, options: RunOptions): Promise<IRun> {
  const { mode = 'webhook' } = options
  const { resultData, ...rest } = structuredClone(data)
  const runData = { ...resultData.runData }
  delete runData[nodeName]
  const workflow = createWorkflow(options)
  const additionalData = createAdditionalData({
    ...options,
    mode,
    executionId: String(nextExecutionId++),
  })
  const again = createRunExecutionData({ ...rest, resultData: { runData } })
  return await new core.WorkflowExecute(additionalData, mode, again).processRunExecutionData(
    workflow,
  )
}

export async function runNode(options: RunOptions): Promise<Outcome> {
  return toOutcome(await startNode(options).done)
}

export function toOutcome(run: IRun): Outcome {
  const task = run.data.resultData.runData[nodeName]?.at(-1)
  return {
    run,
    items: task?.data?.['main']?.[0] ?? [],
    errorItems: task?.data?.['main']?.[1] ?? [],
    error: (run.data.resultData.error ?? null) as Outcome['error'],
    hints: (task?.hints ?? []).map((hint) => hint.message),
  }
}

/** What an agent gets from the node as its tool, for each call of one execution in turn. */
export async function callTool(options: RunOptions, calls: number) {
  const workflow = new Workflow({
    id: 'workflow-1',
    active: false,
    nodes: [toReelayNode(options)],
    connections: {},
    nodeTypes: createNodeTypes(),
  })
  const node = workflow.getNode(nodeName)
  if (node === null) throw new Error('there is no node')
  const additionalData = createAdditionalData({
    ...options,
    executionId: String(nextExecutionId++),
  })
  const runExecutionData = createRunExecutionData()
  const answers: INodeExecutionData[][] = []
  for (let runIndex = 0; runIndex < calls; runIndex++) {
    const context = new core.SupplyDataContext(
      workflow,
      node,
      additionalData,
      'manual',
      runExecutionData,
      runIndex,
      [],
      {},
      'ai_tool',
      { data: {}, node, source: null },
      [],
    )
    context.addInputData('ai_tool', [[{ json: {} }]])
    const outputs = await reelay.execute?.call(lend<IExecuteFunctions>(context))
    answers.push(Array.isArray(outputs) ? (outputs[0] ?? []) : [])
  }
  return answers.flat()
}

/** What a list of the panel shows; `method` is a name in the node's `methods.listSearch`. */
export async function searchList(
  method: string,
  credential: Credential,
  filter?: string,
  parameters: INodeParameters = {},
) {
  const workflow = new Workflow({
    active: false,
    nodes: [toNode(nodeName, 'n8n-nodes-reelay.reelay', parameters)],
    connections: {},
    nodeTypes: createNodeTypes(),
  })
  const node = workflow.getNode(nodeName)
  const search = reelay.methods?.listSearch?.[method]
  if (node === null || search === undefined) throw new Error(`there is no list ${method}`)
  node.credentials = { reelayApi: { id: '1', name: 'Reelay' } }
  const additionalData = createAdditionalData({ credential })
  additionalData.currentNodeParameters = parameters
  const context = new core.LoadOptionsContext(workflow, node, additionalData, '')
  const { results } = await search.call(lend<ILoadOptionsFunctions>(context), filter)
  return results
}

/** What n8n does when somebody calls a parked execution's resume address. */
export async function resumeNode(run: IRun, options: RunOptions, body: object = {}) {
  return (await callParked(run, options, body)).items ?? []
}

/** The same with what the caller is told; `items` is null when the execution sleeps on. */
export async function callParked({ data }: IRun, options: RunOptions, body: object = {}) {
  const workflow = new Workflow({
    id: 'workflow-1',
    active: false,
    nodes: [toReelayNode(options)],
    connections: {},
    nodeTypes: createNodeTypes(),
  })
  const node = workflow.getNode(nodeName)
  const [description] = reelay.description.webhooks ?? []
  if (node === null || description === undefined) throw new Error('nothing to resume')
  const additionalData = createAdditionalData(options)
  additionalData.httpRequest = { body, headers: {} } as NonNullable<
    IWorkflowExecuteAdditionalData['httpRequest']
  >
  let status = 200
  const response = { status: (code: number) => ((status = code), response), json: () => response }
  additionalData.httpResponse = response as unknown as NonNullable<
    IWorkflowExecuteAdditionalData['httpResponse']
  >
  const webhookData = {
    httpMethod: description.httpMethod,
    node: nodeName,
    path: '',
    webhookDescription: description,
    workflowId: 'workflow-1',
    workflowExecuteAdditionalData: additionalData,
  } as IWebhookData
  const context = new core.WebhookContext(
    workflow,
    node,
    additionalData,
    'webhook',
    webhookData,
    [],
    data,
  )
  const { workflowData } = (await reelay.webhook?.call(lend<IWebhookFunctions>(context))) ?? {}
  return { status, items: workflowData?.[0] ?? null }
}

/** The bytes that an item's binary field leads to in n8n's store. */
export async function readBinary(item: INodeExecutionData | undefined, field = 'data') {
  const file = item?.binary?.[field]
  if (file === undefined) throw new Error(`the item has no file in ${field}`)
  return await binaryStore.getAsBuffer(file)
}

/** A file in n8n's store, as an earlier node would have left it. */
export async function storeBinary(bytes: Buffer, mimeType: string, fileName: string) {
  const location = { type: 'execution', workflowId: 'workflow-1', executionId: '0' } as const
  return await binaryStore.store(location, bytes, { data: '', mimeType, fileName })
}

let nextExecutionId = 1

function toReelayNode({
  type = 'n8n-nodes-reelay.reelay',
  parameters,
  settings,
}: RunOptions): INode {
  const credentials = { reelayApi: { id: '1', name: 'Reelay' } }
  return { ...toNode(nodeName, type, parameters), credentials, ...settings }
}
