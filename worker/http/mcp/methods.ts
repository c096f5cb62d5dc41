// What each MCP method answers. Nothing is remembered between two POSTs: a handshake is answered and
// forgotten, and the video's id is all that a later call needs.

import { readObject, readString } from '../../../shared/wire/fields.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { type InnerApi, toPath } from './innerApi.ts'
import { RpcError, type RpcRequest } from './jsonRpc.ts'
import { toDetailedTask, toTask } from './tasks.ts'
import { callTool, isToolName, listTools, startVideo } from './tools.ts'
import {
  legacyVersions,
  MODERN,
  negotiate,
  serverInfoKey,
  type Speech,
  tasksCapability,
} from './versions.ts'

export interface McpCall {
  readonly request: RpcRequest
  readonly speech: Speech
  readonly api: InnerApi
  readonly tell: (progress: number) => void
}

const serverInfo = { name: 'reelay', title: 'Reelay', version: '0.2.0' }
const instructions =
  'Generates videos. generate_video starts one, which takes minutes and costs money; it returns an id before it is done, and get_video waits for the end. The same arguments are never paid twice.'
/** The tools change with a release only. */
const cacheHints = { ttlMs: 3_600_000, cacheScope: 'public' }

/** @throws RpcError */
export async function answerMethod(call: McpCall): Promise<JsonObject> {
  const { isModern } = call.speech
  const result = await findResult(call)
  if (!isModern) return result
  return { resultType: 'complete', ...result, _meta: { [serverInfoKey]: serverInfo } }
}

async function findResult(call: McpCall): Promise<JsonObject> {
  const { request, speech, api } = call
  const { method, params } = request
  switch (method) {
    case 'tools/list':
      return { tools: listTools(), ...(speech.isModern && cacheHints) }
    case 'tools/call':
      return await callNamedTool(call)
    case 'ping':
      return {}
  }
  if (!speech.isModern && method === 'initialize') {
    return {
      protocolVersion: negotiate(params),
      capabilities: { tools: {} },
      serverInfo,
      instructions,
    }
  }
  if (speech.isModern) {
    switch (method) {
      case 'server/discover':
        return {
          supportedVersions: [MODERN, ...legacyVersions],
          capabilities: { tools: {}, ...tasksCapability },
          instructions,
          ...cacheHints,
        }
      case 'tasks/get':
        return toDetailedTask(await api.video(api.get(toPath(readTaskId(params)))))
      case 'tasks/update':
        // No task of ours ever asks for anything.
        readTaskId(params)
        return {}
      case 'tasks/cancel':
        await api.post(`${toPath(readTaskId(params))}/cancel`)
        return {}
    }
  }
  throw new RpcError('methodNotFound', `There is no method ${method.slice(0, 60)} here.`, {
    status: speech.isModern ? 404 : 200,
  })
}

async function callNamedTool({ request, speech, ...call }: McpCall): Promise<JsonObject> {
  const { name } = request.params
  if (!isToolName(name)) {
    throw new RpcError('invalidParams', 'There is no such tool. tools/list names them.')
  }
  const toolCall = { ...call, args: readObject(request.params, 'arguments') ?? {} }
  if (name === 'generate_video' && speech.takesTasks) {
    return { resultType: 'task', ...toTask(await startVideo(toolCall)) }
  }
  return { ...(await callTool(name, toolCall)) }
}

function readTaskId(params: JsonObject): string {
  const id = readString(params, 'taskId')
  if (id === null) throw new RpcError('invalidParams', '`taskId` must be the id of a task.')
  return id
}
