// What some models take besides: an image by its link, what not to show, sound, a seed. Folded away,
// because most requests need none of it.

import type { Model } from '../../../shared/package/wire.ts'
import { Field } from '../parts/Field.tsx'
import { toSafeUrl } from '../parts/safeUrl.ts'
import { t } from '../strings/t.ts'
import { takenRoles, takes } from './draft.ts'
import { useDraft } from './draftContext.ts'
import { toImages } from './Images.tsx'

export function hasMore(model: Model | undefined): boolean {
  return (
    takenRoles(model).length > 0 ||
    (['negative_prompt', 'audio', 'seed'] as const).some((input) => takes(model, input))
  )
}

export function MoreFields({ model }: { readonly model: Model | undefined }) {
  const { draft, change } = useDraft()
  const roles = takenRoles(model)
  const addLink = (field: HTMLInputElement) => {
    const url = toSafeUrl(field.value.trim())
    if (field.value.trim() === '' || url === null) return
    const image = { source: url.href, name: url.pathname.split('/').at(-1) ?? url.host }
    change({ images: toImages(draft.images, [image], roles) })
    field.value = ''
  }
  return (
    <div class="more-fields grid2">
      {roles.length > 0 && (
        <Field id="image-link" label={t('image.link')}>
          <input
            id="image-link"
            class="input"
            type="url"
            inputMode="url"
            autocomplete="off"
            placeholder="https://…"
            onChange={(event) => addLink(event.currentTarget)}
          />
        </Field>
      )}
      {takes(model, 'negative_prompt') && (
        <Field id="negative" label={t('compose.negative')}>
          <input
            id="negative"
            class="input"
            value={draft.negative}
            onInput={(event) => change({ negative: event.currentTarget.value })}
          />
        </Field>
      )}
      {takes(model, 'seed') && (
        <Field id="seed" label={t('compose.seed')}>
          <input
            id="seed"
            class="input"
            inputMode="numeric"
            pattern="\d*"
            value={draft.seed}
            onInput={(event) => change({ seed: event.currentTarget.value })}
          />
        </Field>
      )}
      {takes(model, 'audio') && (
        <Field id="audio" label={t('compose.audio')}>
          <select
            id="audio"
            class="input"
            value={String(draft.audio ?? '')}
            onChange={({ currentTarget: { value } }) =>
              change({ audio: value === '' ? null : value === 'true' })
            }
          >
            <option value="">{t('compose.audio.auto')}</option>
            <option value="true">{t('compose.audio.on')}</option>
            <option value="false">{t('compose.audio.off')}</option>
          </select>
        </Field>
      )}
    </div>
  )
}
