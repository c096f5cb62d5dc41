// JSON-RPC 2.0 as MCP uses it: one message a POST, never a batch. A fault is data until it is answered.

import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/wire/json.ts'

export interface RpcRequest {
  readonly id: string | number
  readonly method: string
  readonly params: JsonObject
}

/** What a POST of ours is: something to answer, something to take note of, or neither. */
export type RpcMessage =
  | { readonly is: 'request'; readonly request: RpcRequest }
  | { readonly is: 'notification' }
  | { readonly is: 'invalid' }

/** JSON-RPC's own codes, and those that MCP reserves. */
export const rpcCodes = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const

export class RpcError extends Error {
  readonly code: (typeof rpcCodes)[keyof typeof rpcCodes]
  readonly status: 200 | 400 | 404 | 500
  readonly data: JsonValue | undefined

  /** `status`: of the HTTP answer; MCP says which for its own codes. */
  constructor(
    code: keyof typeof rpcCodes,
    message: string,
    { status = 200, data }: { status?: 200 | 400 | 404 | 500; data?: JsonValue } = {},
  ) {
    super(message)
    this.code = rpcCodes[code]
    this.status = status
    this.data = data
  }
}

export function readMessage(value: unknown): RpcMessage {
  if (!isJsonObject(value) || value['jsonrpc'] !== '2.0') return { is: 'invalid' }
  const { id, method, params = {} } = value
  if (typeof method !== 'string' || !isJsonObject(params)) return { is: 'invalid' }
  if (id === undefined) return { is: 'notification' }
  if (typeof id !== 'string' && typeof id !== 'number') return { is: 'invalid' }
  return { is: 'request', request: { id, method, params } }
}

export function toRpcResult(id: string | number, result: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id, result }
}

export function toRpcError(id: string | number | null, error: RpcError): JsonObject {
  const { code, message, data } = error
  return { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } }
}
