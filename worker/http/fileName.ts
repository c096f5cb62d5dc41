// The name a caller wants a file to have: `?download=boat.mp4` saves it under that name, a path that ends
// in one only shows it, for players that look at the end of an address. A name goes into a header, so
// only letters, digits and a few marks are taken.

import type { AppContext } from './context.ts'
import { invalid } from './errors.ts'

export interface FileName {
  readonly name: string
  readonly disposition: 'attachment' | 'inline'
}

const pattern = /^[\p{L}\p{N}_(][\p{L}\p{N} ._()-]{0,99}$/u
// Always the last thing after a signed link: it is added to it, and signs nothing.
const added = /[?&]download=([^&]*)$/

/** `search`: the query without the name, as it was signed. */
export function readFileName(context: AppContext): { search: string; fileName: FileName | null } {
  const { search } = new URL(context.req.url)
  const download = context.req.query('download')
  const inPath = context.req.param('name')
  if (download !== undefined) {
    const name = require(download, 'download')
    return { search: search.replace(added, ''), fileName: { name, disposition: 'attachment' } }
  }
  if (inPath === undefined) return { search, fileName: null }
  return { search, fileName: { name: require(inPath, 'name'), disposition: 'inline' } }
}

function require(name: string, param: string): string {
  if (pattern.test(name)) return name
  throw invalid(param, `\`${param}\` must be a file name such as boat.mp4.`)
}

/** RFC 6266: plain for everybody, and as it is for those that can read it. */
export function toContentDisposition({ name, disposition }: FileName): string {
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '_')
  const exact = encodeURIComponent(name).replaceAll(
    /[()']/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  return `${disposition}; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${exact}`}`
}
