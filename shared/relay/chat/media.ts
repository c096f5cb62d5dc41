// What an object says its address leads to, by its MIME type or its own `type`.

import { toText } from '../../wire/fields.ts'
import type { JsonObject } from '../../wire/json.ts'

export type Media = 'video' | 'image' | 'other' | null

export function readMime(record: JsonObject): string {
  const mime =
    record.mime_type ?? record.mimeType ?? record.mime ?? record.content_type ?? record.contentType
  return toText(mime)?.toLowerCase() ?? ''
}

export function readMedia(record: JsonObject): Media {
  const said = `${readMime(record)} ${toText(record.type) ?? ''} ${toText(record.media_type) ?? ''} ${toText(record.object) ?? ''}`
  if (/\bvideo|_video|mp4/i.test(said)) return 'video'
  if (/image|thumbnail|poster|cover|character|avatar|cameo/i.test(said)) return 'image'
  return /audio|music|citation|function|tool/i.test(said) ? 'other' : null
}
