// How an answer that is not new came about, so that nobody wonders what was paid.

import type { VideoResource } from '../../../shared/video/video.ts'
import { t } from '../strings/t.ts'

export type SharedHow = 'cached' | 'joined' | 'doubtful'

export function toSharedHow({ status }: Pick<VideoResource, 'status'>): SharedHow {
  if (status === 'failed') return 'doubtful'
  return status === 'completed' ? 'cached' : 'joined'
}

interface SharingProps {
  readonly how: SharedHow
  /** Generates it anew, where that makes sense. */
  readonly onAnew: (() => void) | null
}

export function Sharing({ how, onAnew }: SharingProps) {
  return (
    <div class="notice row between">
      <p>{t(`sharing.${how}`)}</p>
      {onAnew !== null && (
        <button type="button" class="button small" onClick={onAnew}>
          {t('sharing.anew')}
        </button>
      )}
    </div>
  )
}
