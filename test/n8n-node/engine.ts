// n8n's real execution engine in this process: n8n-core runs the built node with its real HTTP
// helpers, binary store, retries and cancellation. Only what the n8n server itself would lend is
// made here: where credentials are kept, and which node types exist.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type {
  ICredentialsHelper,
  ICredentialType,
  IDataObject,
  IHttpRequestOptions,
  INode,
  INodeExecutionData,
  INodeParameters,
  INodeType,
  IRun,
  IWebhookData,
  IWorkflowExecuteAdditionalData,
  NodeError,
  StructuredChunk,
  WorkflowExecuteMode,
} from 'n8n-workflow'

import { buildPackage } from '../../n8n-node/build.mts'

const folder = await mkdtemp(join(tmpdir(), 'reelay-n8n-'))
// n8n-core reads these when it is loaded.
Object.assign(process.env, {
  N8N_USER_FOLDER: folder,
  N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
  N8N_ENCRYPTION_KEY: 'the-key-of-the-test-suite',
  N8N_EXPRESSION_ENGINE: 'legacy',
  N8N_DIAGNOSTICS_ENABLED: 'false',
})

// Inside the repository, so that the bundle finds n8n-workflow as it does inside n8n.
const cache = join(import.meta.dirname, '../../node_modules/.cache')
await mkdir(cache, { recursive: true })
const outDir = await mkdtemp(join(cache, 'n8n-node-'))
await buildPackage(outDir)

const require = createRequire(import.meta.url)
require('reflect-metadata')
const core = require('n8n-core') as typeof import('n8n-core')
const { Workflow } = require('n8n-workflow') as typeof import('n8n-workflow')
const { Container } = require('@n8n/di') as typeof import('@n8n/di')
const binaryStore = Container.get(core.BinaryDataService)
await binaryStore.init()

export const reelay = load<INodeType>('nodes/Reelay/Reelay.node.js', 'Reelay')
export const reelayTrigger = load<INodeType>(
  'nodes/ReelayTrigger/ReelayTrigger.node.js',
  'ReelayTrigger',
)
const credentialType = load<ICredentialType>('credentials/ReelayApi.credentials.js', 'ReelayApi')
// Loaded into memory; the next run builds anew.
await rm(outDir, { recursive: true, force: true })

function load<T>(file: string, name: string): T {
  const module = require(join(outDir, file)) as Record<string, new () => T>
  const Class = module[name]
  if (Class === undefined) throw new Error(`${file} does not export ${name}`)
  return new Class()
}

export interface Credential extends IDataObject {
  readonly baseUrl: string
  readonly apiKey: string
}

export interface RunOptions {
  readonly parameters: INodeParameters
  readonly credential: Credential
  /** What the node gets; default one empty item. */
  readonly items?: readonly INodeExecutionData[]
  /** Settings of the node beside its parameters: `onError`, `retryOnFail`, … */
  readonly settings?: Partial<INode>
  readonly mode?: WorkflowExecuteMode
  /** As the streaming answer of a webhook or chat would get it. */
  readonly onChunk?: (chunk: StructuredChunk) => void
  readonly executionId?: string
  /** Type name under which the node runs; with `Tool` at the end it is an agent's. */
  readonly type?: string
  readonly webhookWaitingBaseUrl?: string
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
  const items: INodeExecutionData[] = structuredClone([...(options.items ?? [{ json: {} }])])
  const workflow = new Workflow({
    id: 'workflow-1',
    name: 'Test',
    active: false,
    nodes: [toNode('Items', 'test.items', {}), toReelayNode(options)],
    connections: { Items: { main: [[{ node: nodeName, type: 'main', index: 0 }]] } },
    nodeTypes: createNodeTypes(items),
  })
  const additionalData = createAdditionalData(options, executionId)
  const execution = new core.WorkflowExecute(additionalData, mode).run({
    workflow,
    startNode: workflow.getNode('Items') ?? undefined,
  })
  return { done: execution, stop: () => execution.cancel() }
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

/** What a list of the panel shows; `method` is a name in the node's `methods.listSearch`. */
export async function searchList(method: string, credential: Credential, filter?: string) {
  const workflow = new Workflow({
    active: false,
    nodes: [toNode(nodeName, 'n8n-nodes-reelay.reelay', {})],
    connections: {},
    nodeTypes: createNodeTypes([]),
  })
  const node = workflow.getNode(nodeName)
  const search = reelay.methods?.listSearch?.[method]
  if (node === null || search === undefined) throw new Error(`there is no list ${method}`)
  node.credentials = { reelayApi: { id: '1', name: 'Reelay' } }
  const additionalData = createAdditionalData({ parameters: {}, credential }, '0')
  const context = new core.LoadOptionsContext(workflow, node, additionalData, '')
  const { results } = await search.call(context, filter)
  return results
}

/** What n8n does when somebody calls a parked execution's resume address. */
export async function resumeNode({ data }: IRun, options: RunOptions, body: object = {}) {
  const workflow = new Workflow({
    id: 'workflow-1',
    active: false,
    nodes: [toReelayNode(options)],
    connections: {},
    nodeTypes: createNodeTypes([]),
  })
  const node = workflow.getNode(nodeName)
  const [description] = reelay.description.webhooks ?? []
  if (node === null || description === undefined) throw new Error('nothing to resume')
  const additionalData = createAdditionalData(options, '0')
  additionalData.httpRequest = { body, headers: {} } as NonNullable<
    IWorkflowExecuteAdditionalData['httpRequest']
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
  const { workflowData } = (await reelay.webhook?.call(context)) ?? {}
  return workflowData?.[0] ?? []
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

function toNode(name: string, type: string, parameters: INodeParameters): INode {
  return { id: `id-of-${name}`, name, type, typeVersion: 1, position: [0, 0], parameters }
}

function toReelayNode({
  type = 'n8n-nodes-reelay.reelay',
  parameters,
  settings,
}: RunOptions): INode {
  const credentials = { reelayApi: { id: '1', name: 'Reelay' } }
  return { ...toNode(nodeName, type, parameters), credentials, ...settings }
}

function createNodeTypes(items: INodeExecutionData[]) {
  const source: INodeType = {
    description: {
      displayName: 'Items',
      name: 'items',
      group: ['trigger'],
      version: 1,
      description: 'Hands out the items of a test',
      defaults: {},
      inputs: [],
      outputs: ['main'],
      properties: [],
    },
    execute: async () => [items],
  }
  const find = (type: string): INodeType => (type === 'test.items' ? source : reelay)
  return {
    getByName: find,
    getByNameAndVersion: find,
    getKnownTypes: () => ({}),
  }
}

function createAdditionalData(
  { credential, onChunk, webhookWaitingBaseUrl, mode = 'webhook' }: RunOptions,
  executionId: string,
): IWorkflowExecuteAdditionalData {
  const workflowData = { id: 'workflow-1', name: 'Test' } as ConstructorParameters<
    typeof core.ExecutionLifecycleHooks
  >[2]
  const hooks = new core.ExecutionLifecycleHooks(mode, executionId, workflowData)
  if (onChunk !== undefined) hooks.addHandler('sendChunk', async (chunk) => onChunk(chunk))
  return {
    credentialsHelper: createCredentialsHelper(credential),
    executionId,
    currentNodeExecutionIndex: 0,
    hooks,
    streamingEnabled: onChunk !== undefined,
    variables: {},
    restApiUrl: '',
    instanceBaseUrl: 'http://localhost:5678/',
    formBaseUrl: '',
    formWaitingBaseUrl: 'http://localhost:5678/form-waiting',
    formTestBaseUrl: '',
    webhookBaseUrl: '',
    webhookTestBaseUrl: '',
    webhookWaitingBaseUrl: webhookWaitingBaseUrl ?? 'http://localhost:5678/webhook-waiting',
    mcpBaseUrl: '',
    mcpTestBaseUrl: '',
    logAiEvent: () => undefined,
    setExecutionStatus: () => undefined,
  } as unknown as IWorkflowExecuteAdditionalData
}

/** n8n keeps credentials in its database; this does with ours what n8n's own helper does. */
function createCredentialsHelper(credential: Credential): ICredentialsHelper {
  return {
    getParentTypes: () => [],
    isCredentialUsableByNode: () => true,
    getDecrypted: async () => ({ ...credential }),
    preAuthentication: async () => undefined,
    async authenticate(credentials, _type, request, workflow, node) {
      const { authenticate } = credentialType
      if (typeof authenticate !== 'object' || workflow === undefined || node === undefined) {
        throw new Error('the credential is not declarative')
      }
      const headers = authenticate.properties.headers ?? {}
      const resolved = Object.entries(headers).map(([name, value]) => [
        name,
        workflow.expression.getSimpleParameterValue(node, String(value), 'internal', {
          $credentials: credentials,
        }),
      ])
      const given = (request as IHttpRequestOptions).headers ?? {}
      return { ...request, headers: { ...given, ...Object.fromEntries(resolved) } }
    },
  } as Partial<ICredentialsHelper> as ICredentialsHelper
}
