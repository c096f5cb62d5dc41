// /v/{id}: one video by its address, for whoever has a key to it.

import { useEffect, useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { toDateTime } from '../parts/format.ts'
import { Link } from '../parts/Link.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { navigate, toVideoPath } from '../route.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { Stage } from './Stage.tsx'

export function VideoPage({ id }: { readonly id: string }) {
  const { api } = useSession()
  const [body, setBody] = useState<JsonObject | null>(null)
  const { value: video, error, set } = useLoaded(() => api.retrieve(id), [api, id])
  useEffect(() => {
    if (video?.prompt != null && video.prompt !== '')
      document.title = `${video.prompt.slice(0, 80)} · Reelay`
    return () => {
      document.title = 'Reelay'
    }
  }, [video?.prompt])
  const show = (next: VideoResource | null, sent: JsonObject | null) => {
    if (next === null) return navigate('/library')
    setBody(sent)
    if (next.id !== id) navigate(toVideoPath(next.id))
    set(next)
  }
  return (
    <main id="main" class="page">
      <p>
        <Link class="back" to="/library">
          ← {t('nav.library')}
        </Link>
      </p>
      <h1 class="visually-hidden">{t('video.title')}</h1>
      {error !== null && <Problem error={error} />}
      {video !== null && <Stage video={video} body={body} onShow={show} />}
      {video !== null && <Details video={video} />}
    </main>
  )
}

function Details({ video }: { readonly video: VideoResource }) {
  const metadata = Object.entries(video.metadata)
  return (
    <dl class="details">
      <div>
        <dt>{t('video.id')}</dt>
        <dd class="mono break">{video.id}</dd>
      </div>
      <div>
        <dt>{t('video.created')}</dt>
        <dd>{toDateTime(video.created_at)}</dd>
      </div>
      {video.expires_at !== null && (
        <div>
          <dt>{t('video.expires')}</dt>
          <dd>{toDateTime(video.expires_at)}</dd>
        </div>
      )}
      {metadata.map(([name, value]) => (
        <div key={name}>
          <dt class="break">{name}</dt>
          <dd class="break">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
