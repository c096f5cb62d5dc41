// One generation at a time, in whatever state it is; and what can be done with it, for the page that
// shows it.

import type { CreatedVideo } from '../../../shared/client/client.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { toDraft } from '../create/draft.ts'
import { focusPrompt, useDraft } from '../create/draftContext.ts'
import { createKey } from '../create/idempotency.ts'
import { announce } from '../parts/announce.ts'
import { navigate } from '../route.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { StageDeeds } from './deeds.ts'
import { Done } from './Done.tsx'
import { Failed } from './Failed.tsx'
import { captureLastFrame } from './lastFrame.ts'
import { notifyEnd } from './NotifyButton.tsx'
import { PLAYER_ID } from './Player.tsx'
import { Running } from './Running.tsx'
import { forgetSeenEvents } from './seenEvents.ts'

interface StageProps {
  readonly video: VideoResource
  /** The body that this page sent for it; null when it was made elsewhere. */
  readonly body: JsonObject | null
  /** Another video, or another state of this one; null once it is deleted. */
  readonly onShow: (video: VideoResource | null, body: JsonObject | null) => void
}

export function Stage({ video, body, onShow }: StageProps) {
  const { api, refreshUsage } = useSession()
  const { draft, change } = useDraft()
  const requestBody = body ?? toKnownBody(video)

  const show = async (asked: Promise<CreatedVideo>, sent: JsonObject | null) => {
    const { video: made } = await asked
    void refreshUsage()
    onShow(made, sent)
  }
  const deeds: StageDeeds = {
    requestBody,
    remix: (prompt) => show(api.remix(video.id, { prompt }, { idempotencyKey: createKey() }), null),
    vary: () =>
      show(
        api.createVideo(requestBody, { idempotencyKey: createKey(), cacheControl: 'no-cache' }),
        requestBody,
      ),
    async continueFromEnd() {
      const player = document.getElementById(PLAYER_ID)
      if (!(player instanceof HTMLVideoElement)) return
      const source = await captureLastFrame(player)
      const others = draft.images.filter(({ role }) => role !== 'first')
      const frame = { role: 'first', source, name: t('image.lastframe') } as const
      change({ ...toDraft(video, draft), prompt: '', images: [frame, ...others] })
      navigate('/')
      focusPrompt()
    },
    async archive() {
      await api.archive(video.id)
      onShow(await api.retrieve(video.id), body)
    },
    async remove() {
      await api.remove(video.id)
      forgetSeenEvents(video.id)
      announce(t('done.deleted'))
      onShow(null, null)
    },
    edit() {
      change(toDraft(video, draft))
      navigate('/')
      focusPrompt()
    },
  }
  const end = (ended: VideoResource) => {
    const text = t(ended.status === 'completed' ? 'stage.ready' : 'stage.notready')
    announce(text)
    notifyEnd(ended.id, text, ended.prompt ?? '')
    void refreshUsage()
    onShow(ended, body)
  }

  switch (video.status) {
    case 'completed':
      return <Done key={video.id} video={video} deeds={deeds} />
    case 'failed':
      return <Failed key={video.id} video={video} deeds={deeds} />
    case 'queued':
    case 'in_progress':
      return <Running key={video.id} video={video} firstFrame={toFirstFrame(body)} onEnd={end} />
  }
}

/** What the video tells of its request; images and rarer fields it does not. */
function toKnownBody({ prompt, model, seconds, size }: VideoResource): JsonObject {
  return {
    prompt: prompt ?? '',
    model,
    ...(seconds !== 'auto' && seconds !== '' && { seconds }),
    ...(size !== 'auto' && size !== '' && { size }),
  }
}

function toFirstFrame(body: JsonObject | null): string | null {
  const image = body?.['input_reference']
  return typeof image === 'string' && image.startsWith('data:image/') ? image : null
}
