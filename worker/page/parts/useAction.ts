// Something that a press of a button does: once at a time, and what went wrong is kept to be shown.

import { useState } from 'preact/hooks'

export interface Action {
  readonly error: unknown
  readonly isBusy: boolean
  readonly run: (act: () => Promise<unknown>) => Promise<void>
  readonly clear: () => void
}

export function useAction(): Action {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  return {
    error,
    isBusy,
    async run(act) {
      if (isBusy) return
      setBusy(true)
      setError(null)
      try {
        await act()
      } catch (problem) {
        setError(problem)
      } finally {
        setBusy(false)
      }
    },
    clear: () => setError(null),
  }
}
