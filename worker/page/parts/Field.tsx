// A labelled control; what is wrong with it stands beside it and is read with it.

import type { ComponentChildren } from 'preact'

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly children: ComponentChildren
}

/** The control inside names `${id}-hint` in aria-describedby where a hint or a problem may stand. */
export function Field({ id, label, hint, problem, children }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {problem === undefined ? null : (
        <p id={`${id}-hint`} class="small bad-text" role="alert">
          {problem}
        </p>
      )}
      {problem === undefined && hint !== undefined && (
        <p id={`${id}-hint`} class="small quiet">
          {hint}
        </p>
      )}
    </div>
  )
}
