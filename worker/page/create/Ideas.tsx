// For whoever does not know yet what to ask for: prompts to begin with.

import { toAmbience } from '../parts/ambience.ts'
import { t } from '../strings/t.ts'
import { focusPrompt, useDraft } from './draftContext.ts'

const ideas = ['idea.boat', 'idea.cat', 'idea.city', 'idea.tea'] as const

export function Ideas() {
  const { change } = useDraft()
  return (
    <ul class="ideas" aria-label={t('create.ideas')}>
      {ideas.map((idea) => (
        <li key={idea}>
          <button
            type="button"
            class="idea"
            style={toAmbience(t(idea))}
            onClick={() => {
              change({ prompt: t(idea) })
              focusPrompt()
            }}
          >
            <span>{t(idea)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
