// The picture of a tile: the relay's preview, read with the key when the tile comes near the screen, and
// kept for the tab's life so that scrolling back asks nobody. null: the relay gave none.

import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useSession } from '../session/session.ts'

const known = new Map<string, Promise<string | null>>()
const NEAR = '400px'

export function usePoster(
  id: string,
  isDone: boolean,
  tile: RefObject<Element | null>,
): string | null {
  const { key } = useSession()
  const [poster, setPoster] = useState<string | null>(null)
  useEffect(() => {
    const node = tile.current
    if (!isDone || node === null) return
    let isWanted = true
    const watcher = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return
        watcher.disconnect()
        const asked = known.get(id) ?? readPoster(id, key)
        known.set(id, asked)
        void asked.then((found) => isWanted && setPoster(found))
      },
      { rootMargin: NEAR },
    )
    watcher.observe(node)
    return () => {
      isWanted = false
      watcher.disconnect()
    }
  }, [id, isDone, key])
  return poster
}

async function readPoster(id: string, key: string): Promise<string | null> {
  const address = `/v1/videos/${encodeURIComponent(id)}/content?variant=thumbnail`
  const headers = { authorization: `Bearer ${key}` }
  const response = await fetch(address, { headers }).catch(() => null)
  if (response?.ok !== true) return null
  return URL.createObjectURL(await response.blob())
}
