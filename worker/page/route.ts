// Which view an address names, and going there without loading the page again.

import { useEffect, useState } from 'preact/hooks'

export type View =
  | { readonly name: 'create' | 'library' | 'automations' | 'usage' | 'share' | 'lost' }
  /** `at`: the id of a video, or the name of a view of its own; '' for the first. */
  | { readonly name: 'console'; readonly at: string }
  | { readonly name: 'video'; readonly id: string }

export function toView(path: string): View {
  const [first = '', second = ''] = path.split('/').slice(1)
  if (first === 'v' && second !== '') return { name: 'video', id: decodeURIComponent(second) }
  if (first === '' || first === 'index.html') return { name: 'create' }
  switch (first) {
    case 'library':
    case 'automations':
    case 'usage':
    case 'share':
      return { name: first }
    case 'console':
      return { name: 'console', at: decodeURIComponent(second) }
    default:
      return { name: 'lost' }
  }
}

export function toVideoPath(id: string): string {
  return `/v/${encodeURIComponent(id)}`
}

export function toConsolePath(at: string): string {
  return `/console/${encodeURIComponent(at)}`
}

export function navigate(path: string): void {
  if (path === location.pathname) return
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}

export function useView(): View {
  const [path, setPath] = useState(location.pathname)
  useEffect(() => {
    const read = () => setPath(location.pathname)
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }, [])
  return toView(path)
}
