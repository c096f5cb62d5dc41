// The menu of failures that can be tried on a simulator: a choice is written into the prompt, where it
// can be seen and changed.

import { t } from '../strings/t.ts'
import { useDraft } from './draftContext.ts'
import { trials } from './failures.ts'

export function TryFailure() {
  const { draft, change } = useDraft()
  const chosen = trials.find(([directive]) => draft.prompt.includes(directive))?.[0] ?? ''
  const choose = (directive: string) => {
    const plain = trials.reduce((text, [known]) => text.replaceAll(known, ''), draft.prompt).trim()
    const prompt = plain === '' && directive !== '' ? t('try.prompt') : plain
    change({ prompt: directive === '' ? prompt : `${prompt} ${directive}` })
  }
  return (
    <span class="chip select">
      <label class="visually-hidden" for="try-failure">
        {t('try.label')}
      </label>
      <select
        id="try-failure"
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{t('try.label')}</option>
        {trials.map(([directive, words]) => (
          <option key={directive} value={directive}>
            {t(words)}
          </option>
        ))}
      </select>
    </span>
  )
}
