// The newest videos in one row, under the prompt: one look says what was made last.

import type { VideoResource } from '../../../shared/video/video.ts'
import { Link } from '../parts/Link.tsx'
import { t } from '../strings/t.ts'
import { Tile } from './Tile.tsx'

interface RecentProps {
  readonly videos: readonly VideoResource[]
  readonly current: string | null
}

export function Recent({ videos, current }: RecentProps) {
  const others = videos.filter(({ id }) => id !== current)
  if (others.length === 0) return null
  return (
    <section aria-labelledby="recent-title" class="recent stack tight">
      <div class="row between">
        <h2 id="recent-title">{t('recent.title')}</h2>
        <Link to="/library">{t('recent.all')}</Link>
      </div>
      <ul class="wall">
        {others.slice(0, 8).map((video) => (
          <Tile key={video.id} video={video} />
        ))}
      </ul>
    </section>
  )
}
