// Reads multipart/form-data (RFC 7578) in the very bytes that came: a file is a view of them, never a
// copy. The web's own `formData()` holds every file three times over.

import type { FormEntry } from './multipart.ts'

const CR = 0x0d
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** null when it cannot be read: no boundary, no name, or no end. */
export function parseMultipart(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): FormEntry[] | null {
  const [, quoted, plain] =
    /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return null
  const delimiter = encoder.encode(`\r\n--${boundary}`)
  const entries: FormEntry[] = []
  // The first one may stand at the very beginning, without a line before it.
  let at = startsWith(bytes, 0, delimiter.subarray(2))
    ? delimiter.length - 2
    : find(bytes, 0, delimiter) + delimiter.length
  if (at < delimiter.length - 2) return null
  for (;;) {
    if (startsWith(bytes, at, dashes)) return entries
    const from = findLine(bytes, at)
    const headersEnd = from === null ? -1 : find(bytes, from - 2, emptyLine)
    if (from === null || headersEnd < 0) return null
    const bodyStart = headersEnd + emptyLine.length
    const bodyEnd = find(bytes, bodyStart - 2, delimiter)
    if (bodyEnd < 0) return null
    const headers = decoder.decode(bytes.subarray(from, headersEnd))
    const entry = toEntry(headers, bytes.subarray(Math.min(bodyStart, bodyEnd), bodyEnd))
    if (entry === null) return null
    entries.push(entry)
    at = bodyEnd + delimiter.length
  }
}

const dashes = encoder.encode('--')
const emptyLine = encoder.encode('\r\n\r\n')

/** Behind the line break at `at`, which blanks may come before; null when there is none. */
function findLine(bytes: Uint8Array, at: number): number | null {
  let next = at
  while (bytes[next] === 0x20 || bytes[next] === 0x09) next++
  return bytes[next] === CR && bytes[next + 1] === 0x0a ? next + 2 : null
}

function toEntry(headers: string, body: Uint8Array<ArrayBuffer>): FormEntry | null {
  let disposition: string | undefined
  let mediaType = ''
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1).trim()
    const header = line.slice(0, Math.max(0, colon)).toLowerCase()
    if (header === 'content-disposition') disposition = value
    if (header === 'content-type') mediaType = value.toLowerCase()
  }
  if (disposition === undefined || !/^form-data\s*;/i.test(disposition)) return null
  const name = readParameter(disposition, 'name')
  if (name === null) return null
  const isFile = readParameter(disposition, 'filename') !== null
  return [name, isFile ? { mediaType, bytes: body } : decoder.decode(body)]
}

/** Quoted as browsers do it (`%22`) or as older tools do (`\"`). */
function readParameter(disposition: string, name: string): string | null {
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i')
  const [, quoted, plain] = pattern.exec(disposition) ?? []
  if (quoted === undefined) return plain ?? null
  return quoted
    .replace(/\\(["\\])/g, '$1')
    .replace(/%0D|%0A|%22/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)))
}

/** -1 when it is not there. */
function find(bytes: Uint8Array, from: number, sought: Uint8Array): number {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (startsWith(bytes, at, sought)) return at
  }
  return -1
}

function startsWith(bytes: Uint8Array, at: number, sought: Uint8Array): boolean {
  for (const [index, unit] of sought.entries()) if (bytes[at + index] !== unit) return false
  return true
}
