// Videos of every account: which fail, which run; and any one by its id.

import { useState } from 'preact/hooks'
import { Field } from '../parts/Field.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { AdminVideo } from './answers.ts'
import type { DeskViewProps } from './deskView.ts'
import { useOperator } from './operator.ts'
import { VideoTable } from './VideoTable.tsx'

const states = ['failed', 'running', 'completed', 'all'] as const

export function Videos({ onVideo }: DeskViewProps) {
  const api = useOperator()
  const [state, setState] = useState<(typeof states)[number]>('failed')
  const [id, setId] = useState('')
  const { value, error } = useLoaded(
    async () =>
      (
        (await api.call('GET', `/videos?status=${state}&limit=50`)) as unknown as {
          data: readonly AdminVideo[]
        }
      ).data,
    [api, state],
  )
  return (
    <div class="stack">
      <form
        class="row lookup"
        onSubmit={(event) => {
          event.preventDefault()
          if (id.trim() !== '') onVideo(id.trim())
        }}
      >
        <Field id="video-id" label={t('videos.find')}>
          <input
            id="video-id"
            class="input mono"
            placeholder="video_…"
            value={id}
            onInput={(event) => setId(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button">
          {t('videos.open')}
        </button>
      </form>
      <fieldset class="segments">
        <legend class="visually-hidden">{t('library.state')}</legend>
        {states.map((one) => (
          <label key={one} class="segment">
            <input
              type="radio"
              name="admin-state"
              checked={one === state}
              onChange={() => setState(one)}
            />
            <span>{t(`videos.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      {error !== null && <Problem error={error} />}
      {value !== null && <VideoTable videos={value} onVideo={onVideo} />}
    </div>
  )
}
