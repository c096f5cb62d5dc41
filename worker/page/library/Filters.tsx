// What the library shows: a state, a model, words in the prompt.

import { useEffect, useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import { List } from '../create/Choice.tsx'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'

export interface Filter {
  readonly status: VideoResource['status'] | 'all'
  readonly model: string
  readonly text: string
}

export const noFilter: Filter = { status: 'all', model: '', text: '' }

const states = ['all', 'completed', 'in_progress', 'queued', 'failed'] as const
const TYPED_MS = 300

interface FiltersProps {
  readonly filter: Filter
  readonly onChange: (filter: Filter) => void
}

export function Filters({ filter, onChange }: FiltersProps) {
  const { models } = useSession()
  const [text, setText] = useState(filter.text)
  useEffect(() => {
    if (text === filter.text) return
    const timer = setTimeout(() => onChange({ ...filter, text }), TYPED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div class="filters" role="search">
      <label class="visually-hidden" for="search">
        {t('library.search')}
      </label>
      <input
        id="search"
        type="search"
        class="input"
        placeholder={t('library.search')}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <fieldset class="segments">
        <legend class="visually-hidden">{t('library.state')}</legend>
        {states.map((state) => (
          <label key={state} class="segment">
            <input
              type="radio"
              name="state"
              checked={filter.status === state}
              onChange={() => onChange({ ...filter, status: state })}
            />
            <span>{t(`library.${state}`)}</span>
          </label>
        ))}
      </fieldset>
      {models.length > 1 && (
        <List
          id="model-filter"
          label={t('compose.model')}
          value={filter.model}
          options={['', ...models.map(({ id }) => id)]}
          toText={(id) => (id === '' ? t('library.models') : id)}
          onChange={(model) => onChange({ ...filter, model })}
        />
      )}
    </div>
  )
}
