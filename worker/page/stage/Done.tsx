// A finished video, and everything that can be done with it.

import { useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import { CodePanel } from '../code/CodePanel.tsx'
import { CopyButton } from '../parts/CopyButton.tsx'
import { toLength } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Problem } from '../parts/Problem.tsx'
import { toLocalUrl } from '../parts/safeUrl.ts'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { toSharePath } from '../share/shareLink.ts'
import { t } from '../strings/t.ts'
import { DeleteVideo } from './DeleteVideo.tsx'
import { Facts } from './Facts.tsx'
import { LoadedLog } from './LoadedLog.tsx'
import { Player } from './Player.tsx'
import { RemixForm } from './RemixForm.tsx'
import type { StageDeeds } from './deeds.ts'

interface DoneProps {
  readonly video: VideoResource
  readonly deeds: StageDeeds
}

export function Done({ video, deeds }: DoneProps) {
  const { can, models } = useSession()
  const [open, setOpen] = useState<'code' | 'remix' | null>(null)
  const action = useAction()
  const toggle = (panel: 'code' | 'remix') => setOpen(open === panel ? null : panel)
  const mayRemix = models.find(({ id }) => id === video.model)?.remix !== 'off'
  const took = ((video.completed_at ?? 0) - video.created_at) * 1000
  const source = toLocalUrl(video.url)
  const link = () => new URL(video.url ?? '', document.baseURI).href
  return (
    <article class="stage" aria-label={t('stage.done')}>
      <div class="frame">
        <Player key={video.id} video={video} />
      </div>
      <div class="about">
        <p class="prompt break">{video.prompt || t('stage.untitled')}</p>
        <Facts
          video={video}
          time={took > 0 ? t('stage.took', { time: toLength(took) }) : undefined}
        />
        <div class="row">
          {source !== null && (
            <a class="button primary" href={source} download={`${video.id}.mp4`}>
              <Icon name="download" />
              {t('done.download')}
            </a>
          )}
          <CopyButton text={link}>
            <Icon name="link" />
            {t('done.link')}
          </CopyButton>
          <CopyButton text={() => location.origin + toSharePath(video)}>
            <Icon name="share" />
            {t('done.share')}
          </CopyButton>
          <button
            type="button"
            class="button"
            aria-expanded={open === 'code'}
            onClick={() => toggle('code')}
          >
            <Icon name="code" />
            {t('done.code')}
          </button>
        </div>
        {can('generate') && (
          <div class="row">
            {mayRemix && (
              <button
                type="button"
                class="button small"
                aria-expanded={open === 'remix'}
                onClick={() => toggle('remix')}
              >
                <Icon name="remix" />
                {t('done.remix')}
              </button>
            )}
            <button type="button" class="button small" onClick={() => void action.run(deeds.vary)}>
              <Icon name="copies" />
              {t('done.vary')}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => void action.run(deeds.continueFromEnd)}
            >
              <Icon name="frame" />
              {t('done.lastframe')}
            </button>
          </div>
        )}
        {open === 'remix' && <RemixForm onSend={(prompt) => deeds.remix(prompt)} />}
        {action.error !== null && <Problem error={action.error} />}
        <LoadedLog id={video.id} />
        <DeleteVideo onDelete={() => void action.run(deeds.remove)} />
      </div>
      {open === 'code' && <CodePanel video={video} body={deeds.requestBody} />}
    </article>
  )
}
