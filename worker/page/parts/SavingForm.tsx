// A form that is saved as a whole: once at a time, and what went wrong stands above its button.

import type { ComponentChildren } from 'preact'
import { t } from '../strings/t.ts'
import { Problem } from './Problem.tsx'
import type { Action } from './useAction.ts'

interface SavingFormProps {
  readonly action: Action
  readonly onSave: () => Promise<void>
  /** What went wrong, where it is not told beside a field; null: nothing. */
  readonly problem?: unknown
  readonly children: ComponentChildren
}

export function SavingForm({ action, onSave, problem = action.error, children }: SavingFormProps) {
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void action.run(onSave)
      }}
    >
      {children}
      {problem !== null && <Problem error={problem} />}
      <div class="row end">
        <button type="submit" class="button primary" aria-disabled={action.isBusy}>
          {t('common.save')}
        </button>
      </div>
    </form>
  )
}
