// A video in its real shape: its picture, or the colours of its prompt; it plays while it is pointed at.

import { useRef, useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import { toAmbience } from '../parts/ambience.ts'
import { toMoney, toRatio, toShortTime } from '../parts/format.ts'
import { Link } from '../parts/Link.tsx'
import { toLocalUrl } from '../parts/safeUrl.ts'
import { toVideoPath } from '../route.ts'
import { t } from '../strings/t.ts'
import { usePoster } from './usePoster.ts'

interface TileProps {
  readonly video: VideoResource
  /** Where several can be chosen: whether this one is. */
  readonly chosen?: boolean | undefined
  readonly onChoose?: ((chosen: boolean) => void) | undefined
}

/** Beyond these a tile would be a line. */
const NARROWEST = 9 / 18
const WIDEST = 18 / 9
/** Below it a preview shows less than the first picture of the video does. */
const LEAST_PIXELS = 100

export function Tile({ video, chosen, onChoose }: TileProps) {
  const tile = useRef<HTMLLIElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  /** The preview is no more than a spot of colour. */
  const [isDot, setDot] = useState(false)
  const isDone = video.status === 'completed'
  const poster = usePoster(video.id, isDone, tile)
  const ratio = Math.min(WIDEST, Math.max(NARROWEST, toRatio(video.size) ?? 16 / 9))
  const source = isDone ? toLocalUrl(video.url) : null
  const name = video.prompt || t('stage.untitled')
  const mayMove = !matchMedia('(prefers-reduced-motion: reduce)').matches
  return (
    <li
      ref={tile}
      class={`tile ${video.status}${chosen === true ? ' chosen' : ''}`}
      style={{ '--ratio': String(ratio), ...toAmbience(video.prompt ?? video.id) }}
      onPointerEnter={(event) => setPlaying(mayMove && event.pointerType === 'mouse')}
      onPointerLeave={() => setPlaying(false)}
    >
      <Link class="open" to={toVideoPath(video.id)}>
        {poster !== null && (
          <img
            src={poster}
            alt=""
            decoding="async"
            onLoad={(event) => setDot(event.currentTarget.naturalWidth < LEAST_PIXELS)}
          />
        )}
        {source !== null && (isPlaying || isDot || poster === null) && (
          <video
            src={isPlaying ? source : `${source}#t=0.1`}
            muted
            loop
            playsInline
            preload="metadata"
            autoPlay={isPlaying}
            aria-hidden="true"
            tabIndex={-1}
          />
        )}
        <span class="words">{name}</span>
        <span class="marks">
          <State video={video} />
          <span>{toShortTime(video.created_at)}</span>
          {isDone && video.seconds !== 'auto' && (
            <span>{t('format.seconds', { n: video.seconds })}</span>
          )}
          {typeof video.cost_usd === 'number' && video.cost_usd > 0 && (
            <span>{toMoney(video.cost_usd)}</span>
          )}
        </span>
      </Link>
      {onChoose !== undefined && (
        <label class="choose">
          <input
            type="checkbox"
            checked={chosen === true}
            aria-label={t('library.choose', { name })}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        </label>
      )}
    </li>
  )
}

function State({ video }: { readonly video: VideoResource }) {
  if (video.status === 'completed') return null
  if (video.status === 'failed') {
    return <strong>{t(`short.${video.error?.code ?? 'upstream_error'}`)}</strong>
  }
  return (
    <strong class="runs">
      {t(`phase.${video.phase}`)} {video.progress > 0 ? `${video.progress} %` : ''}
    </strong>
  )
}
