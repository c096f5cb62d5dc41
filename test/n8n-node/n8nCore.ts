// Loads n8n-core and the built node into this process, and lends them what the n8n server would:
// where credentials are kept, and which node types exist.

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
  INodeTypes,
  IWorkflowExecuteAdditionalData,
  StructuredChunk,
  WorkflowExecuteMode,
} from 'n8n-workflow'

import { afterAll } from 'vitest'

import { buildPackage } from '../../n8n-node/build.mts'

const folder = await mkdtemp(join(tmpdir(), 'reelay-n8n-'))
afterAll(async () => await rm(folder, { recursive: true, force: true }))
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
export const core = require('n8n-core') as typeof import('n8n-core')
export const { Workflow, createRunExecutionData } =
  require('n8n-workflow') as typeof import('n8n-workflow')
const { Container } = require('@n8n/di') as typeof import('@n8n/di')
export const binaryStore = Container.get(core.BinaryDataService)
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

/** n8n-core's contexts are what n8n hands to nodes; its types differ where a property is optional. */
export function lend<T>(context: object): T {
  return context as T
}

/** What additional data needs to know of a run. */
export interface Lending {
  readonly credential: Credential
  readonly mode?: WorkflowExecuteMode
  readonly executionId?: string
  readonly onChunk?: (chunk: StructuredChunk) => void
  readonly webhookBaseUrl?: string
  readonly webhookWaitingBaseUrl?: string
}

export function toNode(name: string, type: string, parameters: INodeParameters): INode {
  return { id: `id-of-${name}`, name, type, typeVersion: 1, position: [0, 0], parameters }
}

/** Our nodes, and one that hands out items. */
export function createNodeTypes(items: INodeExecutionData[] = []): INodeTypes {
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
  const find = (type: string): INodeType => {
    if (type === 'test.items') return source
    return type === 'n8n-nodes-reelay.reelayTrigger' ? reelayTrigger : reelay
  }
  return {
    getByName: find,
    getByNameAndVersion: find,
    getKnownTypes: () => ({}),
  }
}

export function createAdditionalData(lending: Lending): IWorkflowExecuteAdditionalData {
  const { credential, onChunk, mode = 'webhook', executionId = '0' } = lending
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
    webhookBaseUrl: lending.webhookBaseUrl ?? 'http://localhost:5678/webhook',
    webhookTestBaseUrl: '',
    webhookWaitingBaseUrl: lending.webhookWaitingBaseUrl ?? 'http://localhost:5678/webhook-waiting',
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
