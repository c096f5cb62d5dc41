// What a view of the console was made of, and a button that makes it anew.

import type { ComponentChildren } from 'preact'
import type { Loaded } from '../parts/useLoaded.ts'

interface ReloadLineProps {
  readonly label: string
  readonly loaded: Pick<Loaded<unknown>, 'isLoading' | 'reload'>
  readonly children: ComponentChildren
}

export function ReloadLine({ label, loaded, children }: ReloadLineProps) {
  return (
    <p class="row between small quiet">
      <span>{children}</span>
      <button
        type="button"
        class="button small"
        aria-disabled={loaded.isLoading}
        onClick={() => void loaded.reload()}
      >
        {label}
      </button>
    </p>
  )
}
