// One recorded request to the simulated relay, as a test wants to look at it: what was sent, with
// which key, and what the prompt was.

import type { IncomingMessage } from 'node:http'

export interface RelayRequest {
  readonly method: string
  /** Absolute, also when another host's name was used to get here. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly bodyText: string
  /** The parsed JSON object; empty when the body is not one. */
  readonly body: Readonly<Record<string, unknown>>
  readonly model: string
  /** Text of the last user message. */
  readonly prompt: string
}

export async function readRelayRequest(message: IncomingMessage, url: URL): Promise<RelayRequest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const bodyText = Buffer.concat(chunks).toString('utf8')
  const body = toObject(bodyText)
  return {
    method: message.method ?? 'GET',
    url,
    headers: toHeaders(message),
    bodyText,
    body,
    model: typeof body['model'] === 'string' ? body['model'] : '',
    prompt: toPrompt(body['messages']),
  }
}

export function toHeaders(message: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(message.headers)
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value ?? '')]))
}

function toObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function toPrompt(messages: unknown): string {
  const list: readonly unknown[] = Array.isArray(messages) ? messages : []
  const content = list.filter(isObject).findLast((message) => message['role'] === 'user')?.[
    'content'
  ]
  if (typeof content === 'string') return content
  const parts: readonly unknown[] = Array.isArray(content) ? content : []
  return parts
    .filter(isObject)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .filter((text) => text !== '')
    .join('\n')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
