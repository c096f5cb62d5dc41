// The images of a request, each with the part it plays, and the ways to add one.

import type { Model } from '../../../shared/package/wire.ts'
import { Icon } from '../parts/Icon.tsx'
import { t } from '../strings/t.ts'
import { type DraftImage, type ImageRole, takenRoles } from './draft.ts'
import { useDraft } from './draftContext.ts'
import { readImage } from './readImage.ts'

/** Puts images into the next part that is free: first frame, last frame, references. */
export function toImages(
  before: readonly DraftImage[],
  added: readonly { source: string; name: string }[],
  roles: readonly ImageRole[],
): readonly DraftImage[] {
  let images = before
  for (const image of added) {
    const free = roles.find(
      (role) => role === 'reference' || !images.some((one) => one.role === role),
    )
    const role = free ?? roles[0]
    if (role === undefined) return images
    // The only place there is: the new one takes it.
    const others = free === undefined ? images.filter((one) => one.role !== role) : images
    images = [...others, { ...image, role }]
  }
  return images
}

export async function readImages(
  files: readonly File[],
): Promise<readonly { source: string; name: string }[]> {
  return await Promise.all(files.map(readImage))
}

export function ImageRow({ model }: { readonly model: Model | undefined }) {
  const { draft, change } = useDraft()
  const roles = takenRoles(model)
  const images = draft.images.filter(({ role }) => roles.includes(role))
  if (images.length === 0) return null
  const setRole = (image: DraftImage, role: ImageRole) =>
    change({ images: draft.images.map((one) => (one === image ? { ...one, role } : one)) })
  return (
    <ul class="images" aria-label={t('image.list')}>
      {images.map((image, index) => (
        <li key={index} class="image">
          {image.source.startsWith('data:') ? (
            <img src={image.source} alt="" />
          ) : (
            <span class="linked">
              <Icon name="link" />
            </span>
          )}
          <select
            aria-label={t('image.role', { name: image.name })}
            value={image.role}
            onChange={(event) => setRole(image, event.currentTarget.value as ImageRole)}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {t(`image.${role}`)}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="button plain small"
            aria-label={t('image.remove', { name: image.name })}
            onClick={() => change({ images: draft.images.filter((one) => one !== image) })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}

interface AddImageProps {
  readonly onFiles: (files: readonly File[]) => void
}

export function AddImage({ onFiles }: AddImageProps) {
  return (
    <label class="chip add-image">
      <Icon name="image" />
      <span>{t('image.add')}</span>
      <input
        type="file"
        class="visually-hidden"
        accept="image/png,image/jpeg,image/webp"
        multiple
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}
