// What is held and why: videos that run, and failures of which nobody knows whether they were charged.

import type { VideoResource } from '../../../shared/video/video.ts'
import { toAge, toLength } from '../parts/format.ts'
import { Link } from '../parts/Link.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { toVideoPath } from '../route.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'

/** So long is the price of a doubtful failure held. */
const HELD_SECONDS = 86_400
const LOOKED_AT = 50

export function Held() {
  const { api } = useSession()
  const { value } = useLoaded(async () => {
    const since = Math.floor(Date.now() / 1000) - 2 * HELD_SECONDS
    const pages = await Promise.all(
      (['queued', 'in_progress', 'failed'] as const).map((status) =>
        api.list({ status, limit: LOOKED_AT, createdAfter: since }),
      ),
    )
    return pages.flatMap(({ videos }) => videos).filter(isHeld)
  }, [api])
  if (value === null || value.length === 0) return null
  return (
    <section class="card stack" aria-labelledby="held-title">
      <h2 id="held-title">{t('held.title')}</h2>
      <ul class="stack tight">
        {value.map((video) => (
          <li key={video.id} class="row between small">
            <Link class="clip" to={toVideoPath(video.id)}>
              {video.prompt || t('stage.untitled')}
            </Link>
            <span class="quiet">
              {video.status === 'failed'
                ? t('held.doubt', { reason: t(`short.${video.error?.code ?? 'upstream_error'}`) })
                : t('held.running')}{' '}
              · {toAge(video.created_at)}
            </span>
          </li>
        ))}
      </ul>
      <p class="small quiet">{t('held.note', { time: toLength(HELD_SECONDS * 1000) })}</p>
    </section>
  )
}

/** `cost_usd` is null exactly while nobody knows what it costs. */
function isHeld(video: VideoResource): boolean {
  if (video.status !== 'failed') return true
  return video.charge === 'possible' && (video.cost_usd ?? null) === null
}
