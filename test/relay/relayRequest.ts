// One recorded request to the simulated relay, as a test wants to look at it: what was sent, with
// which key, and what the prompt was.

import type { IncomingMessage } from 'node:http'
import type { TaskKindId } from './tasks/taskKind.ts'

export type RelayKindId = 'chat' | TaskKindId

/** A file of a form. */
export interface SentFile {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

export interface RelayRequest {
  /** As which kind of relay it was asked. */
  readonly kind: RelayKindId
  readonly method: string
  /** Absolute, also when another host's name was used to get here. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly bodyText: string
  /** The parsed JSON object or the texts of a form; empty when the body is neither. */
  readonly body: Readonly<Record<string, unknown>>
  readonly files: readonly SentFile[]
  readonly model: string
  /** Text of the last user message, or the field of that name. */
  readonly prompt: string
}

export async function readRelayRequest(
  message: IncomingMessage,
  url: URL,
  kind: RelayKindId = 'chat',
): Promise<RelayRequest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const bodyText = bytes.toString('utf8')
  const form = await readForm(bytes, message.headers['content-type'] ?? '')
  const body = form?.texts ?? toObject(bodyText)
  return {
    kind,
    method: message.method ?? 'GET',
    url,
    headers: toHeaders(message),
    bodyText,
    body,
    files: form?.files ?? [],
    model: typeof body['model'] === 'string' ? body['model'] : '',
    prompt: kind === 'chat' ? toPrompt(body['messages']) : toText(body['prompt']),
  }
}

const toText = (value: unknown) => (typeof value === 'string' ? value : '')

/** null: no form, or one that cannot be read. */
async function readForm(
  bytes: Uint8Array,
  type: string,
): Promise<{ texts: Record<string, unknown>; files: readonly SentFile[] } | null> {
  if (!type.startsWith('multipart/form-data')) return null
  const read = new Response(bytes, { headers: { 'content-type': type } }).formData()
  const form = await read.catch(() => null)
  if (form === null) return null
  const texts: Record<string, unknown> = {}
  const files: SentFile[] = []
  for (const [field, value] of form) {
    if (typeof value === 'string') texts[field] = value
    else {
      const bytes = new Uint8Array(await value.arrayBuffer())
      files.push({ field, name: value.name, type: value.type, bytes })
    }
  }
  return { texts, files }
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
