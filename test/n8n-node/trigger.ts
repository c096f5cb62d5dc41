// The trigger node as n8n drives it: activation hooks, and deliveries to its webhook.

import type {
  IDataObject,
  IHookFunctions,
  INodeParameters,
  IWebhookData,
  IWebhookFunctions,
} from 'n8n-workflow'

import {
  core,
  createAdditionalData,
  createNodeTypes,
  lend,
  reelayTrigger,
  toNode,
  Workflow,
  type Credential,
} from './n8nCore.ts'

export interface Delivered {
  /** HTTP status the sender gets. */
  readonly status: number
  /** The items the workflow starts with; null when it does not start. */
  readonly items: readonly { json: IDataObject; binary?: unknown }[] | null
}

export interface Trigger {
  /** Where n8n would listen. */
  readonly url: string
  readonly store: IDataObject
  checkExists(): Promise<boolean>
  create(): Promise<boolean>
  remove(): Promise<boolean>
  deliver(headers: Readonly<Record<string, string>>, body: string): Promise<Delivered>
}

export function openTrigger(
  credential: Credential,
  parameters: INodeParameters,
  webhookBaseUrl: string,
): Trigger {
  const name = 'Reelay Trigger'
  const workflow = new Workflow({
    id: 'workflow-2',
    name: 'Triggered',
    active: true,
    nodes: [
      {
        ...toNode(name, 'n8n-nodes-reelay.reelayTrigger', parameters),
        credentials: { reelayApi: { id: '1', name: 'Reelay' } },
      },
    ],
    connections: {},
    nodeTypes: createNodeTypes(),
  })
  const node = workflow.getNode(name)
  const [description] = reelayTrigger.description.webhooks ?? []
  const methods = reelayTrigger.webhookMethods?.['default']
  if (node === null || description === undefined || methods === undefined) {
    throw new Error('the trigger has no webhook')
  }
  const additionalData = createAdditionalData({ credential, webhookBaseUrl })
  const webhookData = {
    httpMethod: description.httpMethod,
    node: name,
    path: '',
    webhookDescription: description,
    workflowId: 'workflow-2',
    workflowExecuteAdditionalData: additionalData,
  } as IWebhookData
  const hooks = new core.HookContext(
    workflow,
    node,
    additionalData,
    'trigger',
    'activate',
    webhookData,
  )
  const call = async (method: 'checkExists' | 'create' | 'delete') =>
    (await methods[method]?.call(lend<IHookFunctions>(hooks))) === true

  return {
    url: hooks.getNodeWebhookUrl('default') ?? '',
    store: hooks.getWorkflowStaticData('node'),
    checkExists: async () => await call('checkExists'),
    create: async () => await call('create'),
    remove: async () => await call('delete'),
    async deliver(headers, body) {
      let status = 200
      const response = {
        status(code: number) {
          status = code
          return response
        },
        json: () => response,
      }
      const request = { headers, rawBody: Buffer.from(body), body: JSON.parse(body) as object }
      const data = createAdditionalData({ credential, webhookBaseUrl })
      Object.assign(data, { httpRequest: request, httpResponse: response })
      const context = new core.WebhookContext(
        workflow,
        node,
        data,
        'webhook',
        webhookData,
        [],
        null,
      )
      const { workflowData } =
        (await reelayTrigger.webhook?.call(lend<IWebhookFunctions>(context))) ?? {}
      return { status, items: workflowData?.[0] ?? null }
    },
  }
}
