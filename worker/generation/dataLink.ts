// A result that came as a `data:` link: its bytes are kept like the images of the request, in rows,
// until the video is stored, and a short marker stands where the link would. No row holds megabytes.

import type { Digest } from '../../shared/ports.ts'
import { decodeBase64 } from '../../shared/wire/bytes.ts'
import type { Attachment } from '../../shared/request/attachments.ts'
import type { OutboundPort } from './ports.ts'
import type { Row } from './row.ts'

const MARKER = 'data:video/mp4;sha256,'

interface DataLink {
  /** What stands for it in rows. */
  readonly link: string
  /** null when it cannot be decoded. */
  readonly attachment: Attachment | null
}

/** null for a link that is an address. */
export async function readDataLink(
  url: string,
  createDigest: (algorithm: 'SHA-256') => Digest,
): Promise<DataLink | null> {
  if (!url.startsWith('data:')) return null
  const bytes = decode(url)
  if (bytes === null) return { link: `${MARKER}unreadable`, attachment: null }
  const digest = createDigest('SHA-256')
  await digest.update(bytes)
  const sha256 = await digest.hex()
  return { link: MARKER + sha256, attachment: { sha256, bytes, mediaType: 'video/mp4' } }
}

/** Whether a link that is kept stands for bytes beside it. */
export function isDataLink(link: string | null): boolean {
  return link?.startsWith(MARKER) === true
}

/** A way to read the bytes behind a marker; null when the link is an address. */
export function openDataLink(row: Row, url: string): OutboundPort | null {
  if (!url.startsWith(MARKER)) return null
  const sha256 = url.slice(MARKER.length)
  return {
    download: () =>
      Promise.resolve(
        sha256 === 'unreadable'
          ? { ok: false, final: true, message: 'The relay sent a video that cannot be decoded.' }
          : { ok: true, length: null, body: row.attachments.bytesOf(sha256) },
      ),
    readText: () => Promise.resolve(null),
  }
}

function decode(url: string): Uint8Array<ArrayBuffer> | null {
  const plain = url.replaceAll('-', '+').replaceAll('_', '/')
  return decodeBase64(plain, plain.indexOf(',') + 1)
}
