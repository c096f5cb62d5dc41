// The trigger's own webhook endpoint at the gateway. Its id and secret live in the workflow's static
// data, where n8n keeps what belongs to one activation.

import { NodeOperationError, type IHookFunctions } from 'n8n-workflow'

import { ApiError } from '../../../shared/client/error.ts'
import { canReach } from '../Reelay/canReach.ts'
import { requireGateway, type Gateway } from '../Reelay/connection.ts'
import { toItemProblem } from '../Reelay/itemProblem.ts'

export async function hasEndpoint(context: IHookFunctions): Promise<boolean> {
  const store = context.getWorkflowStaticData('node')
  const { endpointId, secret } = store
  if (typeof endpointId !== 'string' || typeof secret !== 'string') return false
  const gateway = await openOrExplain(context)
  try {
    const endpoint = await gateway.client.call('GET', toPath(endpointId))
    if (
      endpoint['url'] === context.getNodeWebhookUrl('default') &&
      hasSameEvents(context, endpoint)
    ) {
      return true
    }
    await gateway.client.call('DELETE', toPath(endpointId))
  } catch (error) {
    if (!isGone(error)) throw explain(context, error)
  }
  delete store['endpointId']
  delete store['secret']
  return false
}

export async function registerEndpoint(context: IHookFunctions): Promise<boolean> {
  const url = context.getNodeWebhookUrl('default') ?? ''
  const gateway = await openOrExplain(context)
  if (!canReach(gateway.baseUrl, url)) {
    throw new NodeOperationError(context.getNode(), `The gateway cannot reach n8n at ${url}`, {
      description: 'Give n8n a public address in its WEBHOOK_URL setting, then activate again.',
    })
  }
  try {
    const endpoint = await gateway.client.call('POST', '/webhook_endpoints', {
      name: nameEndpoint(context),
      url,
      event_types: readEvents(context),
    })
    const store = context.getWorkflowStaticData('node')
    store['endpointId'] = endpoint['id']
    store['secret'] = endpoint['signing_secret']
    return typeof endpoint['id'] === 'string' && typeof endpoint['signing_secret'] === 'string'
  } catch (error) {
    throw explain(context, error)
  }
}

export async function removeEndpoint(context: IHookFunctions): Promise<boolean> {
  const store = context.getWorkflowStaticData('node')
  const { endpointId } = store
  delete store['endpointId']
  delete store['secret']
  if (typeof endpointId !== 'string') return true
  try {
    const gateway = await openOrExplain(context)
    await gateway.client.call('DELETE', toPath(endpointId))
    return true
  } catch (error) {
    return isGone(error)
  }
}

export function readEvents(context: Pick<IHookFunctions, 'getNodeParameter'>): string[] {
  const events: unknown = context.getNodeParameter('events')
  return Array.isArray(events) ? events.filter((event) => typeof event === 'string') : []
}

async function openOrExplain(context: IHookFunctions): Promise<Gateway> {
  try {
    return await requireGateway(context, 'The trigger')
  } catch (error) {
    throw explain(context, error)
  }
}

function explain(context: IHookFunctions, error: unknown): NodeOperationError {
  const { message, advice } = toItemProblem(error)
  return new NodeOperationError(context.getNode(), message, { description: advice })
}

function hasSameEvents(
  context: IHookFunctions,
  endpoint: Readonly<Record<string, unknown>>,
): boolean {
  const registered: unknown = endpoint['event_types']
  if (!Array.isArray(registered)) return false
  return registered.map(String).sort().join() === readEvents(context).sort().join()
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410)
}

function toPath(endpointId: string): string {
  return `/webhook_endpoints/${encodeURIComponent(endpointId)}`
}

// Shown in the gateway's list, so that a person can tell whose endpoint it is.
function nameEndpoint(context: IHookFunctions): string {
  return `n8n: ${context.getWorkflow().name ?? 'workflow'}`.slice(0, 64)
}
