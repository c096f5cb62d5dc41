// Tells by the first bytes what a download is, and when it is whole: MP4 and QuickTime by walking their
// boxes, WebM by the transfer's own end, for its length is often not written. A playlist is no video.

import type { AssetType } from './events.ts'
import { createMp4Walker, type Mp4Walker } from './mp4.ts'

export type VideoProblem = 'not_video' | 'playlist' | 'malformed' | 'incomplete'

export interface VideoWalker {
  /** null: MP4, or not known yet. */
  readonly type: AssetType | null
  /** Takes the next bytes. A problem is final: stop the download. */
  feed(bytes: Uint8Array): VideoProblem | undefined
  end(): { readonly ok: true } | { readonly ok: false; readonly reason: VideoProblem }
}

/** Size, `ftyp` and the major brand. */
const HEAD_BYTES = 12
const ebml = [0x1a, 0x45, 0xdf, 0xa3]

export function createVideoWalker(): VideoWalker {
  let head = new Uint8Array(0)
  let type: AssetType | null = null
  let boxes: Mp4Walker | null = null
  let problem: VideoProblem | undefined
  let isWebm = false

  function open(bytes: Uint8Array): void {
    const text = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES))
    if (ebml.every((byte, at) => bytes[at] === byte)) isWebm = true
    else if (text.startsWith('#EXTM3U')) problem = 'playlist'
    else boxes = createMp4Walker()
    if (isWebm) type = 'video/webm'
    else if (text.slice(4) === 'ftypqt  ') type = 'video/quicktime'
  }

  function walk(bytes: Uint8Array): VideoProblem | undefined {
    const found = boxes?.feed(bytes)
    if (found !== undefined) problem = found === 'not_mp4' ? 'not_video' : found
    return problem
  }

  return {
    get type() {
      return type
    },
    feed(bytes) {
      if (problem !== undefined || isWebm) return problem
      if (boxes !== null) return walk(bytes)
      const all = new Uint8Array(head.length + bytes.length)
      all.set(head)
      all.set(bytes, head.length)
      head = all
      if (head.length < HEAD_BYTES) return undefined
      open(head)
      return walk(head)
    },
    end() {
      if (problem === undefined && boxes === null && !isWebm) {
        open(head)
        walk(head)
      }
      if (problem !== undefined) return { ok: false, reason: problem }
      const verdict = boxes?.end()
      if (verdict === undefined || verdict.ok) return { ok: true }
      return { ok: false, reason: verdict.reason === 'not_mp4' ? 'not_video' : verdict.reason }
    },
  }
}
