// A link within the page: an address like any other, for a new tab and for copying; a plain click goes
// there without loading again.

import type { ComponentChildren, JSX } from 'preact'
import { navigate } from '../route.ts'

interface LinkProps extends JSX.HTMLAttributes<HTMLAnchorElement> {
  readonly to: string
  readonly children: ComponentChildren
}

export function Link({ to, children, ...rest }: LinkProps) {
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a {...rest} href={to} onClick={go}>
      {children}
    </a>
  )
}
