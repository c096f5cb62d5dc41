// What was asked for and what it took, in one line.

import type { VideoResource } from '../../../shared/video/video.ts'
import { toMoney, toShape } from '../parts/format.ts'
import { Link } from '../parts/Link.tsx'
import { toVideoPath } from '../route.ts'
import { t } from '../strings/t.ts'

interface FactsProps {
  readonly video: VideoResource
  readonly time?: string | undefined
}

export function Facts({ video, time }: FactsProps) {
  return (
    <p class="facts">
      <span>{video.model}</span>
      {video.seconds !== 'auto' && <span>{t('format.seconds', { n: video.seconds })}</span>}
      {video.size !== 'auto' && <span title={video.size}>{toShape(video.size)}</span>}
      {time !== undefined && <span>{time}</span>}
      {typeof video.cost_usd === 'number' && video.cost_usd > 0 && (
        <span>{toMoney(video.cost_usd)}</span>
      )}
      {video.remixed_from_video_id !== null && (
        <Link to={toVideoPath(video.remixed_from_video_id)}>{t('facts.remix')}</Link>
      )}
    </p>
  )
}
