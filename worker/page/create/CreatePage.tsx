// The first page: a prompt becomes a video below it. What was being watched, or still runs elsewhere,
// is on the stage again after a reload.

import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../../../shared/client/error.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { announce } from '../parts/announce.ts'
import { useAction } from '../parts/useAction.ts'
import { Recent } from '../library/Recent.tsx'
import { useSession } from '../session/session.ts'
import { listWatched } from '../stage/seenEvents.ts'
import { type SharedHow, Sharing, toSharedHow } from '../stage/Sharing.tsx'
import { Stage } from '../stage/Stage.tsx'
import { t } from '../strings/t.ts'
import { Composer } from './Composer.tsx'
import { toBody } from './draft.ts'
import { useDraft } from './draftContext.ts'
import { Ideas } from './Ideas.tsx'
import { createKey, keyFor, wasAnswered } from './idempotency.ts'

interface OnStage {
  readonly video: VideoResource
  readonly body: JsonObject | null
  readonly how: SharedHow | null
}

export function CreatePage() {
  const { api, models, refreshUsage } = useSession()
  const { draft, change } = useDraft()
  const [stage, setStage] = useState<OnStage | null>(null)
  const [recent, setRecent] = useState<readonly VideoResource[]>([])
  const action = useAction()

  useEffect(() => {
    let isWanted = true
    const find = async () => {
      // The library says what is wrong; here the prompt is what matters.
      const page = await api.list({ limit: 12 }).catch(() => null)
      if (!isWanted || page === null) return
      const { videos } = page
      setRecent(videos)
      const watched = listWatched()
      const found =
        videos.find(({ id }) => watched.includes(id)) ?? videos.find((video) => !isEnded(video))
      if (found !== undefined) setStage((now) => now ?? { video: found, body: null, how: null })
    }
    void find()
    return () => {
      isWanted = false
    }
  }, [api])

  const show = (video: VideoResource, body: JsonObject | null, how: SharedHow | null) => {
    setStage({ video, body, how })
    setRecent((known) => [video, ...known.filter(({ id }) => id !== video.id)].slice(0, 12))
  }
  const send = async (body: JsonObject, isAnew: boolean) => {
    const wish = { idempotencyKey: isAnew ? createKey() : keyFor(JSON.stringify(body)) }
    const created = await api
      .createVideo(body, isAnew ? { ...wish, cacheControl: 'no-cache' } : wish)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 0) wasAnswered()
        throw error
      })
    wasAnswered()
    const { video, isNew, isReplayed } = created
    change({ acceptsCharge: false, mayHaveBeenCharged: false })
    show(video, body, isNew || isReplayed ? null : toSharedHow(video))
    announce(t(isEnded(video) ? 'stage.answered' : 'stage.begun'))
    document.getElementById('stage')?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
    void refreshUsage()
  }
  const generate = () => void action.run(() => send(toBody(draft, models), false))
  const shown = stage
  return (
    <main id="main" class="page create">
      <h1 class={shown === null ? 'display' : 'visually-hidden'}>{t('create.title')}</h1>
      <Composer onGenerate={generate} action={action} />
      <section id="stage" aria-label={t('create.result')} tabIndex={-1}>
        {shown?.how != null && (
          <Sharing
            how={shown.how}
            onAnew={
              shown.how === 'cached' && shown.body !== null
                ? () => void action.run(() => send(shown.body ?? {}, true))
                : null
            }
          />
        )}
        {shown === null ? (
          <Ideas />
        ) : (
          <Stage
            video={shown.video}
            body={shown.body}
            onShow={(video, body) => {
              if (video === null) {
                setRecent(recent.filter(({ id }) => id !== shown.video.id))
                setStage(null)
                document.getElementById('stage')?.focus()
              } else show(video, body, video.id === shown.video.id ? shown.how : null)
            }}
          />
        )}
      </section>
      <Recent videos={recent} current={shown?.video.id ?? null} />
    </main>
  )
}

function isEnded({ status }: VideoResource): boolean {
  return status === 'completed' || status === 'failed'
}
