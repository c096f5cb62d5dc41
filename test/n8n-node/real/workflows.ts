// Workflows for the real n8n: built in code, or read from the package's examples.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { N8nServer } from './n8nServer.ts'

export interface WorkflowNode {
  id: string
  name: string
  type: string
  typeVersion: number
  position: [number, number]
  parameters: Record<string, unknown>
  webhookId?: string
  credentials?: Record<string, { id: string; name: string }>
}

export interface WorkflowFile {
  name: string
  nodes: WorkflowNode[]
  connections: Record<string, unknown>
  settings: Record<string, unknown>
  /** By the name of a node: what it gives in a manual run, without being run. */
  pinData?: Record<string, readonly { readonly json: object }[]>
}

export interface Credentials {
  readonly reelay: string
  readonly openAi: string
  readonly telegram?: string
}

/** One node behind another, in a line; each with the credential it needs. */
export function lineUp(
  name: string,
  nodes: readonly Partial<WorkflowNode>[],
  credentials: Credentials,
): WorkflowFile {
  const complete = nodes.map((node, index): WorkflowNode => ({
    id: crypto.randomUUID(),
    name: `Node ${index}`,
    type: '',
    typeVersion: 1,
    position: [index * 200, 0],
    parameters: {},
    ...node,
  }))
  const connections = Object.fromEntries(
    complete
      .slice(1)
      .map((node, index) => [
        complete[index]?.name ?? '',
        { main: [[{ node: node.name, type: 'main', index: 0 }]] },
      ]),
  )
  return withCredentials(
    { name, nodes: complete, connections, settings: { executionOrder: 'v1' } },
    credentials,
  )
}

export const examples = join(import.meta.dirname, '../../../n8n-node/examples')

export async function readExample(file: string, credentials: Credentials): Promise<WorkflowFile> {
  const path = join(examples, file)
  const { name, nodes, connections, settings } = JSON.parse(
    await readFile(path, 'utf8'),
  ) as WorkflowFile
  return withCredentials({ name, nodes, connections, settings }, credentials)
}

export function withCredentials(workflow: WorkflowFile, credentials: Credentials) {
  const { reelay, openAi, telegram = '' } = credentials
  for (const node of workflow.nodes) {
    if (node.type.startsWith('n8n-nodes-reelay.')) {
      node.credentials = { reelayApi: { id: reelay, name: 'Reelay' } }
    }
    if (/openAi$/i.test(node.type)) {
      node.credentials = { openAiApi: { id: openAi, name: 'OpenAI' } }
    }
    if (/\.telegram(Trigger)?$/.test(node.type)) {
      node.credentials = { telegramApi: { id: telegram, name: 'Telegram' } }
    }
  }
  return workflow
}

export interface StoredExecution {
  readonly id: string
  readonly status: string
  readonly error: { message?: string; description?: string } | null
  /** That have run. */
  readonly nodes: readonly string[]
  /** Whether the run of the node that ran last is stored. */
  readonly hasRunLast: boolean
  /** Items of a node's last run, by output. */
  items(node: string, output?: number): readonly StoredItem[]
}

export interface StoredItem {
  readonly json: Record<string, unknown>
  readonly pairedItem?: unknown
  readonly binary?: Record<string, { id?: string; mimeType: string; fileName?: string }>
}

interface RunData {
  data?: { main?: (StoredItem[] | null)[] }
  error?: { message?: string; description?: string }
}

/** Publishes the workflow and returns its id. */
export async function publish(n8n: N8nServer, workflow: WorkflowFile): Promise<string> {
  const { id, versionId } = await n8n.rest<{ id: string; versionId: string }>(
    'POST',
    '/workflows',
    { ...workflow, active: false },
  )
  await n8n.rest('POST', `/workflows/${id}/activate`, { versionId })
  return id
}

/** Runs a workflow from its manual trigger and returns the id of the execution. */
export async function runManually(n8n: N8nServer, workflow: WorkflowFile): Promise<string> {
  const trigger = workflow.nodes.find((node) => node.type.endsWith('.manualTrigger'))
  const stored = await n8n.rest<{ id: string }>('POST', '/workflows', {
    ...workflow,
    active: false,
  })
  const path = `/workflows/${stored.id}/run`
  const { executionId } = await n8n.rest<{ executionId: string }>('POST', path, {
    // n8n 1.x wants the workflow once more.
    workflowData: { ...workflow, id: stored.id, active: false },
    triggerToStartFrom: { name: trigger?.name },
  })
  return executionId
}

export async function latestExecution(n8n: N8nServer, workflowId: string): Promise<string | null> {
  const filter = encodeURIComponent(JSON.stringify({ workflowId }))
  const { results } = await n8n.rest<{ results: { id: string }[] }>(
    'GET',
    `/executions?filter=${filter}`,
  )
  return results[0]?.id ?? null
}

export async function readExecution(n8n: N8nServer, id: string): Promise<StoredExecution> {
  const stored = await n8n.rest<{ status: string; data: string }>('GET', `/executions/${id}`)
  // Empty until the execution has stored something.
  const data = unflatten(stored.data) as
    | {
        resultData?: {
          runData?: Record<string, RunData[]>
          lastNodeExecuted?: string
          error?: { message?: string; description?: string }
        }
      }
    | undefined
  const { runData = {}, lastNodeExecuted: last } = data?.resultData ?? {}
  return {
    id,
    status: stored.status,
    error: data?.resultData?.error ?? null,
    nodes: Object.keys(runData),
    // One that is woken loses the run in which it fell asleep, before the next is there.
    hasRunLast: last !== undefined && (runData[last]?.length ?? 0) > 0,
    items: (node, output = 0) => runData[node]?.at(-1)?.data?.main?.[output] ?? [],
  }
}

const endings = ['success', 'error', 'canceled', 'crashed']

export async function untilEnded(n8n: N8nServer, id: string): Promise<StoredExecution> {
  return await untilStatus(n8n, id, endings)
}

export async function untilStatus(
  n8n: N8nServer,
  id: string,
  statuses: readonly string[],
): Promise<StoredExecution> {
  return await until(
    async () => {
      const execution = await readExecution(n8n, id)
      return statuses.includes(execution.status) && isWhole(execution) ? execution : null
    },
    `execution ${id} to be ${statuses.join(' or ')}`,
  )
}

/** n8n 1.x says how an execution ended a moment before it stores what came of it. */
function isWhole({ status, error, nodes, hasRunLast, items }: StoredExecution): boolean {
  if (status === 'error') return error !== null
  if (status !== 'success') return true
  // What is left of its sleep until then.
  const isAsleep = nodes.some((node) =>
    items(node).some(({ json }) => json['status'] === 'pending'),
  )
  return hasRunLast && !isAsleep
}

/** Asks again until there is an answer; three minutes are far more than anything here takes, also on a busy machine. */
export async function until<T>(ask: () => Promise<T | null>, what: string): Promise<T> {
  for (let attempt = 0; attempt < 1800; attempt++) {
    const answer = await ask()
    if (answer !== null) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`waited in vain for ${what}`)
}

/** n8n stores run data "flatted": one list in which every string is an index into the list. */
function unflatten(text: string): unknown {
  const list = JSON.parse(text) as unknown[]
  const done = new Map<number, unknown>()
  const read = (index: number): unknown => {
    if (done.has(index)) return done.get(index)
    const value = list[index]
    if (typeof value !== 'object' || value === null) return value
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
    done.set(index, copy)
    for (const [name, item] of Object.entries(value)) {
      Reflect.set(copy, name, typeof item === 'string' ? read(Number(item)) : item)
    }
    return copy
  }
  return read(0)
}
