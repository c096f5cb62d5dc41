// A link within the page: an address like any other, for a new tab and for copying; a plain click goes
// there without loading again.

import type { ComponentChildren } from 'preact'
import { navigate } from '../route.ts'

interface LinkProps {
  readonly to: string
  readonly children: ComponentChildren
  readonly class?: string
  /** It leads to where one is. */
  readonly isCurrent?: boolean
}

export function Link({ to, children, class: name, isCurrent = false }: LinkProps) {
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a href={to} class={name} aria-current={isCurrent ? 'page' : undefined} onClick={go}>
      {children}
    </a>
  )
}
