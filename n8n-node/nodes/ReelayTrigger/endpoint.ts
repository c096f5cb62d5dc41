// The trigger's own webhook endpoint at the gateway. Its id and secret live in the workflow's static
// data, where n8n keeps what belongs to one activation.

import { NodeOperationError, type IHookFunctions, type WebhookSetupMethodNames } from 'n8n-workflow'

import { ApiError } from '../../../shared/client/error.ts'
import { canReach } from '../Reelay/canReach.ts'
import { requireGateway } from '../Reelay/connection.ts'
import { toItemProblem } from '../Reelay/itemProblem.ts'

type Hook = (this: IHookFunctions) => Promise<boolean>

/** n8n calls these when the workflow is activated and when it is not any more. */
export const endpointHooks: Readonly<Record<WebhookSetupMethodNames, Hook>> = {
  async checkExists() {
    const store = this.getWorkflowStaticData('node')
    const { endpointId, secret } = store
    if (typeof endpointId !== 'string' || typeof secret !== 'string') return false
    try {
      const { client } = await requireGateway(this, 'The trigger')
      const endpoint = await client.call('GET', toPath(endpointId))
      const isSameUrl = endpoint['url'] === this.getNodeWebhookUrl('default')
      if (isSameUrl && hasSameEvents(this, endpoint['event_types'])) return true
      await client.call('DELETE', toPath(endpointId))
    } catch (error) {
      if (!isGone(error)) throw explain(this, error)
    }
    delete store['endpointId']
    delete store['secret']
    return false
  },

  async create() {
    const url = this.getNodeWebhookUrl('default') ?? ''
    try {
      const { client, baseUrl } = await requireGateway(this, 'The trigger')
      if (!canReach(baseUrl, url)) {
        throw new NodeOperationError(this.getNode(), `The gateway cannot reach n8n at ${url}`, {
          description: 'Give n8n a public address in its WEBHOOK_URL setting, then activate again.',
        })
      }
      const { id, signing_secret: secret } = await client.call('POST', '/webhook_endpoints', {
        // Shown in the gateway's list, so that a person can tell whose endpoint it is.
        name: `n8n: ${this.getWorkflow().name ?? 'workflow'}`.slice(0, 64),
        url,
        event_types: readEvents(this),
      })
      Object.assign(this.getWorkflowStaticData('node'), { endpointId: id, secret })
      return typeof id === 'string' && typeof secret === 'string'
    } catch (error) {
      throw explain(this, error)
    }
  },

  async delete() {
    const store = this.getWorkflowStaticData('node')
    const { endpointId } = store
    delete store['endpointId']
    delete store['secret']
    if (typeof endpointId !== 'string') return true
    try {
      const { client } = await requireGateway(this, 'The trigger')
      await client.call('DELETE', toPath(endpointId))
      return true
    } catch (error) {
      return isGone(error)
    }
  },
}

export function readEvents(context: Pick<IHookFunctions, 'getNodeParameter'>): string[] {
  const events: unknown = context.getNodeParameter('events')
  return Array.isArray(events) ? events.filter((event) => typeof event === 'string') : []
}

function explain(context: IHookFunctions, error: unknown): NodeOperationError {
  const { message, advice } = toItemProblem(error)
  return new NodeOperationError(context.getNode(), message, { description: advice })
}

function hasSameEvents(context: IHookFunctions, registered: unknown): boolean {
  if (!Array.isArray(registered)) return false
  return registered.map(String).sort().join() === readEvents(context).sort().join()
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410)
}

function toPath(endpointId: string): string {
  return `/webhook_endpoints/${encodeURIComponent(endpointId)}`
}
