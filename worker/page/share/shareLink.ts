// A page that plays one video for whoever has its signed link. Everything it needs stands behind the #,
// so no server's log learns the link; and it ends when the link ends.

import type { VideoResource } from '../../../shared/video/video.ts'
import { toSafeUrl } from '../parts/safeUrl.ts'

export interface Shared {
  readonly url: string
  readonly title: string
  readonly size: string
}

const LONGEST_TITLE = 200

export function toSharePath({ url, prompt, size }: VideoResource): string {
  const link = toSafeUrl(url ?? '')
  const fields = new URLSearchParams({
    video: link === null ? '' : link.pathname + link.search,
    title: (prompt ?? '').slice(0, LONGEST_TITLE),
    size,
  })
  return `/share#${fields.toString()}`
}

/** null for anything but a link to a video of this gateway. */
export function readShared(hash: string): Shared | null {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const path = fields.get('video') ?? ''
  if (!/^\/v1\/videos\/[\w-]+\/content\?[\w=&.-]+$/.test(path)) return null
  const title = (fields.get('title') ?? '').slice(0, LONGEST_TITLE)
  return { url: path, title, size: fields.get('size') ?? '' }
}
