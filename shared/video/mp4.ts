// Walks an MP4's top-level boxes as the bytes pass, in constant memory: the only proof that a
// download without a length is whole. It looks at box headers, never inside them, so it proves
// that nothing is missing, not that the pictures can be decoded.

/**
 * `not_mp4`: the first box is not `ftyp`. `malformed`: a box claims to be smaller than its own
 * header. `incomplete`: the bytes end inside a box, or before both an index and media were seen.
 */
export type Mp4Problem = 'not_mp4' | 'malformed' | 'incomplete'

export type Mp4Verdict =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly reason: Mp4Problem }

export interface Mp4Walker {
  /** Takes the next bytes. A problem is final: stop the download. */
  feed(bytes: Uint8Array): Mp4Problem | undefined
  /** Says what the whole was. */
  end(): Mp4Verdict
}

const compactHeaderBytes = 8
const wideHeaderBytes = 16

/**
 * Starts a walk.
 *
 * @see ISO/IEC 14496-12 §4.2, boxes and their sizes
 */
export function createMp4Walker(): Mp4Walker {
  const header = new Uint8Array(wideHeaderBytes)
  const view = new DataView(header.buffer)
  const seen = new Set<'ftyp' | 'index' | 'media'>()
  let headerFilled = 0
  let payloadLeft = 0
  let total = 0
  let problem: Mp4Problem | undefined

  function openBox(): Mp4Problem | undefined {
    const type = String.fromCharCode(...header.subarray(4, compactHeaderBytes))
    if (!seen.has('ftyp') && type !== 'ftyp') return 'not_mp4'

    const compactSize = view.getUint32(0)
    // Size 1 announces a 64-bit size behind the type.
    if (compactSize === 1 && headerFilled < wideHeaderBytes) return undefined
    // Size 0 means "to the end of the file": nothing inside the file can tell where that is.
    const size =
      compactSize === 0
        ? Infinity
        : compactSize === 1
          ? view.getUint32(8) * 2 ** 32 + view.getUint32(12)
          : compactSize
    if (size < headerFilled) return 'malformed'

    if (type === 'ftyp') seen.add('ftyp')
    if (type === 'moov' || type === 'moof') seen.add('index')
    if (type === 'mdat') seen.add('media')
    payloadLeft = size - headerFilled
    headerFilled = 0
    return undefined
  }

  return {
    feed(bytes) {
      let position = 0
      total += bytes.length
      while (problem === undefined && position < bytes.length) {
        if (payloadLeft > 0) {
          const skipped = Math.min(payloadLeft, bytes.length - position)
          payloadLeft -= skipped
          position += skipped
          continue
        }
        const wanted = headerFilled < compactHeaderBytes ? compactHeaderBytes : wideHeaderBytes
        const taken = bytes.subarray(position, position + wanted - headerFilled)
        header.set(taken, headerFilled)
        headerFilled += taken.length
        position += taken.length
        if (headerFilled === wanted) problem = openBox()
      }
      return problem
    },
    end() {
      if (problem !== undefined) return { ok: false, reason: problem }
      const atBoxEdge = headerFilled === 0 && (payloadLeft === 0 || payloadLeft === Infinity)
      if (atBoxEdge && seen.has('index') && seen.has('media')) return { ok: true, bytes: total }
      return { ok: false, reason: 'incomplete' }
    },
  }
}
