// The one draft of the page: pages that are not the composer put something into it and go there.

import { createContext } from 'preact'
import { useContext, useState } from 'preact/hooks'
import { type Draft, emptyDraft } from './draft.ts'

export interface DraftHolder {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
}

const context = createContext<DraftHolder | null>(null)
export const DraftProvider = context.Provider

export function useDraft(): DraftHolder {
  const holder = useContext(context)
  if (holder === null) throw new Error('There is no draft here.')
  return holder
}

export function useNewDraft(): DraftHolder {
  const [draft, setDraft] = useState(emptyDraft)
  return { draft, change: (change) => setDraft((before) => ({ ...before, ...change })) }
}

export const PROMPT_ID = 'prompt'

/** Once it is drawn. */
export function focusPrompt(): void {
  setTimeout(() => {
    const prompt = document.getElementById(PROMPT_ID)
    prompt?.focus()
    prompt?.scrollIntoView({ block: 'center' })
  })
}
