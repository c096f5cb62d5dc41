// What every test with a real n8n stands on: relay, gateway and n8n with the packed node, one after
// another of the versions, and the nodes that its workflows are made of.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startGateway, type RunningGateway } from '../../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../../relay/relaySimulator.ts'
import { packNode } from '../packNode.ts'
import { generateParameters, type GenerateFields } from '../panel.ts'
import { startProxy, type Intervention, type Proxy } from '../startProxy.ts'
import { startTap, type Tap } from '../tap.ts'
import { installN8n, NoRoomError, type N8nInstallation, type N8nVersion } from './installN8n.ts'
import { createHome, startN8n, type N8nHome, type N8nServer } from './n8nServer.ts'
import { until, type Credentials, type WorkflowNode } from './workflows.ts'

export interface Site {
  readonly installation: N8nInstallation
  readonly folder: string
  readonly relay: RelaySimulator
  /** Between gateway and relay. */
  readonly tap: Tap
  readonly gateway: RunningGateway
  /** Between n8n and gateway; intervenes when a test says so. */
  readonly proxy: Proxy
  intervene: (asked: string, before: number) => Intervention | null
  readonly apiKey: string
  readonly home: N8nHome
  /** Another one after a restart. */
  n8n: N8nServer
  credentials: Credentials
  /** Starts n8n, the first time and after it was stopped. */
  start(): Promise<void>
  close(): Promise<void>
}

/** The one reason to skip: this machine cannot hold an n8n. */
export async function findN8n(version: N8nVersion): Promise<N8nInstallation | NoRoomError> {
  return await installN8n(version).catch((error: unknown) => {
    if (error instanceof NoRoomError) return error
    throw error
  })
}

/** Everything but n8n is running then. */
export async function openSite(
  found: N8nInstallation | NoRoomError,
  vars: Readonly<Record<string, string>> = {},
): Promise<Site> {
  if (found instanceof NoRoomError) throw found
  const folder = await mkdtemp(join(tmpdir(), 'reelay-n8n-'))
  const home = await createHome(found, folder, await packNode(folder))
  const relay = await startRelaySimulator()
  const tap = await startTap(relay.origin)
  const gateway = await startGateway({
    relay: { ...relay, baseUrl: `${tap.origin}/v1` },
    everyHost: false,
    vars,
  })
  const proxy = await startProxy(gateway.url, (asked, before) => site.intervene(asked, before))
  const { key: apiKey } = await gateway.createKey()
  const parts = [gateway, proxy, tap, relay]
  const site: Site = {
    installation: found,
    folder,
    relay,
    tap,
    gateway,
    proxy,
    intervene: () => null,
    apiKey,
    home,
    n8n: notStarted,
    credentials: { reelay: '', openAi: '' },
    async start() {
      site.n8n = await startN8n(found, home)
    },
    async close() {
      await site.n8n.stop()
      for (const part of parts) await part.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return site
}

const reject = () => Promise.reject(new Error('n8n is not started'))
const notStarted: N8nServer = {
  url: '',
  processId: 0,
  rest: reject,
  read: reject,
  stop: () => Promise.resolve(),
  log: () => '',
}

/** Makes a credential in n8n and returns its id. */
export async function storeCredential({ n8n }: Site, name: string, type: string, data: object) {
  return (await n8n.rest<{ id: string }>('POST', '/credentials', { name, type, data })).id
}

export const manual = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' }

export function reelay(fields: GenerateFields, more: object = {}): Partial<WorkflowNode> {
  const parameters = generateParameters(fields)
  return { name: 'Reelay', type: 'n8n-nodes-reelay.reelay', parameters, ...more }
}

export function webhook(path: string, responseMode: string): Partial<WorkflowNode> {
  const parameters = { httpMethod: 'POST', path, responseMode, options: {} }
  const type = 'n8n-nodes-base.webhook'
  return { name: 'Webhook', type, typeVersion: 2.1, webhookId: path, parameters }
}

/** Routes are there a moment after a workflow is published. */
export async function call({ home }: Site, path: string, body: object = {}): Promise<Response> {
  return await until(async () => {
    const response = await fetch(`${home.url}/webhook/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status === 404 ? null : response
  }, `the webhook ${path}`)
}

interface ListedVideo {
  readonly id: string
  readonly status: string
  readonly prompt: string
}

export async function listVideos({ gateway, apiKey }: Site): Promise<ListedVideo[]> {
  const response = await gateway.fetch('/v1/videos?limit=100', apiKey)
  return ((await response.json()) as { data: ListedVideo[] }).data
}
