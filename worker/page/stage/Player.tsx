// The video in its true shape. It starts by itself where the visitor has not asked for less motion.

import { useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import { toRatio } from '../parts/format.ts'
import { toLocalUrl } from '../parts/safeUrl.ts'
import { t } from '../strings/t.ts'

export const PLAYER_ID = 'player'

export function Player({ video }: { readonly video: Pick<VideoResource, 'url' | 'size'> }) {
  const [isBroken, setBroken] = useState(false)
  const [ratio, setRatio] = useState(toRatio(video.size))
  const source = toLocalUrl(video.url)
  const style = { '--ratio': String(ratio ?? 16 / 9) }
  if (source === null || isBroken) {
    return (
      <div class="screen" style={style}>
        <p class="percent">{t('player.broken')}</p>
      </div>
    )
  }
  return (
    <div class="screen" style={style}>
      <video
        id={PLAYER_ID}
        controls
        loop
        // Browsers start a video by themselves only when it is silent; its controls bring the sound.
        muted
        playsInline
        preload="auto"
        autoPlay={!matchMedia('(prefers-reduced-motion: reduce)').matches}
        aria-label={t('player.label')}
        src={source}
        onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => {
          // A relay may make another shape than was asked for; what it made is what is shown.
          if (videoHeight > 0) setRatio(videoWidth / videoHeight)
        }}
        onError={() => setBroken(true)}
      />
    </div>
  )
}
