// A video that was not made: what happened in words of ours, what it cost, the one thing that helps, and
// the relay's own words folded away. Somebody's own cancelling is no failure.

import type { ComponentChildren } from 'preact'
import type { Charge, FailureCode } from '../../../shared/video/failures.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { CopyButton } from '../parts/CopyButton.tsx'
import { Problem } from '../parts/Problem.tsx'
import { toSafeUrl } from '../parts/safeUrl.ts'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { StageDeeds } from './deeds.ts'
import { DeleteVideo } from './DeleteVideo.tsx'
import { Facts } from './Facts.tsx'
import { LoadedLog } from './LoadedLog.tsx'

interface FailedProps {
  readonly video: VideoResource
  readonly deeds: StageDeeds
}

export function Failed({ video, deeds }: FailedProps) {
  const { can } = useSession()
  const action = useAction()
  const code: FailureCode = video.error?.code ?? 'upstream_error'
  const isCancelled = code === 'cancelled'
  const link = video.source_url === undefined ? null : toSafeUrl(video.source_url)
  return (
    <article
      class={`stage ended ${isCancelled ? 'cancelled' : 'failed'}`}
      aria-label={t('stage.failed')}
    >
      <div class="about" role={isCancelled ? 'status' : 'alert'}>
        <div class="row">
          <h2>{t(`failure.${code}`)}</h2>
          <ChargeBadge charge={video.charge} />
        </div>
        <p class="advice">{t(`advice.${code}`)}</p>
        <p class="prompt break">{video.prompt || t('stage.untitled')}</p>
        <Facts video={video} />
        {can('generate') && (
          <div class="row">
            <Remedy code={code} deeds={deeds} run={(act) => void action.run(act)} />
          </div>
        )}
        {action.error !== null && <Problem error={action.error} />}
        {video.error !== null && video.error.message !== '' && (
          <details class="words">
            <summary>{isCancelled ? t('failed.words.own') : t('failed.words')}</summary>
            <blockquote class="message">{video.error.message}</blockquote>
            <p class="small quiet">
              <code class="mono">{code}</code>{' '}
              <CopyButton class="button plain small" text={video.id}>
                {t('failed.copyid')}
              </CopyButton>
            </p>
          </details>
        )}
        {link !== null && (
          <p class="small">
            <a href={link.href} rel="noreferrer noopener" target="_blank">
              {t('failed.source')}
            </a>
          </p>
        )}
        <LoadedLog id={video.id} />
        <DeleteVideo onDelete={() => void action.run(deeds.remove)} />
      </div>
    </article>
  )
}

function ChargeBadge({ charge }: { readonly charge: Charge }) {
  const look = { none: 'good', possible: 'warn', certain: 'bad' }[charge]
  return (
    <span class={`badge ${look}`} title={t(`charge.${charge}.hint`)}>
      {t(`charge.${charge}`)}
    </span>
  )
}

interface RemedyProps {
  readonly code: FailureCode
  readonly deeds: StageDeeds
  readonly run: (act: () => Promise<void>) => void
}

/** The one button that fits. */
function Remedy({ code, deeds, run }: RemedyProps): ComponentChildren {
  if (code === 'download_failed' || code === 'storage_failed') {
    return (
      <button type="button" class="button primary" onClick={() => run(deeds.archive)}>
        {t('failed.archive')}
      </button>
    )
  }
  return (
    <button type="button" class="button primary" onClick={deeds.edit}>
      {t(code === 'content_policy' || code === 'invalid_request' ? 'failed.edit' : 'failed.again')}
    </button>
  )
}
