// POST /mcp: the gateway for agents, as MCP over streamable HTTP without sessions. A result that
// takes time is sent as a stream when the caller asked to be told of progress, else as one document.

import { encodeEvent } from '../../../shared/wire/sse.ts'
import type { JsonObject, JsonValue } from '../../../shared/wire/json.ts'
import { readJson } from '../body.ts'
import type { AppContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { createInnerApi, Refusal } from '../mcp/innerApi.ts'
import { readMessage, RpcError, type RpcRequest, toRpcError, toRpcResult } from '../mcp/jsonRpc.ts'
import { answerMethod } from '../mcp/methods.ts'
import { readSpeech, type Speech } from '../mcp/versions.ts'
import { report } from '../../report/report.ts'

export async function answerMcp(context: AppContext): Promise<Response> {
  requireOwnOrigin(context)
  const message = readMessage(await readBody(context))
  if (message.is === 'notification') return context.body(null, 202)
  if (message.is === 'invalid') {
    return toResponse(null, new RpcError('invalidRequest', notOne, { status: 400 }))
  }
  const { request } = message
  try {
    const speech = readSpeech(request, context.req.raw.headers)
    if (speech.progressToken !== null && acceptsStream(context)) {
      return streamAnswer(context, request, speech)
    }
    const result = await answer(context, request, speech, () => {})
    return context.json(toRpcResult(request.id, result))
  } catch (error) {
    return toResponse(request.id, toRpcFault(context, error))
  }
}

/** Clients of the older transport ask for a stream of the server's own, and end sessions. */
export function refuseMcpMethod(context: AppContext): Response {
  context.header('allow', 'POST')
  return context.body(null, 405)
}

const notOne = 'The body must be one JSON-RPC 2.0 request or notification.'

async function readBody(context: AppContext): Promise<JsonValue> {
  try {
    return await readJson(context)
  } catch (error) {
    if (error instanceof HttpError && error.code === 'invalid_request') return null
    throw error
  }
}

async function answer(
  context: AppContext,
  request: RpcRequest,
  speech: Speech,
  tell: (progress: number) => void,
): Promise<JsonObject> {
  return await answerMethod({ request, speech, api: createInnerApi(context), tell })
}

/** The stream is this request's alone; closing it ends the wait, never the video. */
function streamAnswer(context: AppContext, request: RpcRequest, speech: Speech): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  const send = async (message: JsonObject) =>
    await writer.write(encoder.encode(encodeEvent({ data: JSON.stringify(message) })))
  // Progress that nobody takes any more is dropped; the end of the stream says so to everybody.
  const tell = (progress: number) => {
    const params = { progressToken: speech.progressToken, progress, total: 100 }
    void send({ jsonrpc: '2.0', method: 'notifications/progress', params }).catch(() => {})
  }
  const work = async () => {
    const message = await answer(context, request, speech, tell).then(
      (result) => toRpcResult(request.id, result),
      (error: unknown) => toRpcError(request.id, toRpcFault(context, error)),
    )
    await send(message)
    await writer.close()
  }
  context.executionCtx.waitUntil(
    work().catch((error: unknown) => {
      if (context.req.raw.signal.aborted) return
      report({ what: 'request failed', id: context.var.requestId, error })
    }),
  )
  context.header('x-accel-buffering', 'no')
  context.header('cache-control', 'no-store, no-transform')
  return context.body(readable, 200, { 'content-type': 'text/event-stream' })
}

function acceptsStream(context: AppContext): boolean {
  return (context.req.header('accept') ?? '').includes('text/event-stream')
}

function toResponse(id: string | number | null, error: RpcError): Response {
  return Response.json(toRpcError(id, error), { status: error.status })
}

/** What is no result of a tool: a faulty message, a task that is not there, or a defect of ours. */
function toRpcFault({ var: { requestId } }: AppContext, error: unknown): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof Refusal) return new RpcError('invalidParams', error.message)
  report({ what: 'request failed', id: requestId, error })
  const message = `The gateway failed on this request. Tell whoever runs it the id ${requestId}.`
  return new RpcError('internalError', message, { status: 500 })
}

/** A page may speak for a person only where the operator allowed it to (MCP: DNS rebinding). */
function requireOwnOrigin(context: AppContext): void {
  const origin = context.req.header('origin')
  if (origin === undefined || origin === new URL(context.req.url).origin) return
  const { allowedOrigins } = context.var.gateway.config
  if (allowedOrigins.includes(origin) || allowedOrigins.includes('*')) return
  throw new HttpError(
    'origin_not_allowed',
    'This page may not call /mcp. ALLOWED_ORIGINS names those that may.',
  )
}
