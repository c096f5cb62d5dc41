// Which MCP a request speaks. Since 2026-07-28 each says so itself, in its body and, mirrored, in its
// headers; before, a handshake did, which is answered here without remembering anything of it.

import { readField, readObject, readString } from '../../../shared/wire/fields.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { RpcError, type RpcRequest } from './jsonRpc.ts'

export const MODERN = '2026-07-28'
/** Newest first: what a handshake gets that asks for none of them. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const

const meta = (name: string) => `io.modelcontextprotocol/${name}`
export const serverInfoKey = meta('serverInfo')
const tasksExtension = meta('tasks')

export interface Speech {
  readonly isModern: boolean
  /** The client can be given a task instead of a result. */
  readonly takesTasks: boolean
  /** Names the request in progress notifications; null when nobody asked for any. */
  readonly progressToken: string | number | null
}

/** @throws RpcError for a version that is not spoken here, and for headers that say something else. */
export function readSpeech({ method, params }: RpcRequest, headers: Headers): Speech {
  const fields = readObject(params, '_meta')
  const said = readString(fields, meta('protocolVersion'))
  const token = readField(fields, 'progressToken')
  const progressToken = typeof token === 'string' || typeof token === 'number' ? token : null
  const header = headers.get('mcp-protocol-version')
  // A body without a version is of a client that shook hands, or is about to.
  if (said === null) {
    if (header !== null && !isLegacy(header)) {
      throw header === MODERN ? mismatch('MCP-Protocol-Version') : unsupported(header)
    }
    return { isModern: false, takesTasks: false, progressToken }
  }
  if (said !== header) throw mismatch('MCP-Protocol-Version')
  if (said !== MODERN) throw unsupported(said)
  if (headers.get('mcp-method') !== method) throw mismatch('Mcp-Method')
  if (method === 'tools/call' && headers.get('mcp-name') !== params['name']) {
    throw mismatch('Mcp-Name')
  }
  const extensions = readObject(readObject(fields, meta('clientCapabilities')), 'extensions')
  return { isModern: true, takesTasks: declaresTasks(extensions), progressToken }
}

export const tasksCapability: JsonObject = { extensions: { [tasksExtension]: {} } }

function declaresTasks(extensions: JsonObject | null): boolean {
  return readObject(extensions, tasksExtension) !== null
}

function isLegacy(version: string): boolean {
  return legacyVersions.some((known) => known === version)
}

/** What a handshake ends with. */
export function negotiate(params: JsonObject): string {
  const asked = readString(params, 'protocolVersion') ?? ''
  return isLegacy(asked) ? asked : legacyVersions[0]
}

function mismatch(header: string): RpcError {
  return new RpcError('headerMismatch', `The header ${header} must say what the body says.`, {
    status: 400,
  })
}

function unsupported(requested: string): RpcError {
  const supported = [MODERN, ...legacyVersions]
  return new RpcError('unsupportedVersion', 'Unsupported protocol version', {
    status: 400,
    data: { supported, requested: requested.slice(0, 40) },
  })
}
