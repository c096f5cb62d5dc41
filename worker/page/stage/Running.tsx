// A video that is being made: what it will look like is not known yet, so its own colours or the image it
// begins with stand in its place; beside it, how far it is and how long it may take.

import { useEffect, useState } from 'preact/hooks'
import type { WireEvent } from '../../../shared/video/events.ts'
import type { VideoResource, VideoState } from '../../../shared/video/video.ts'
import { toAmbience } from '../parts/ambience.ts'
import { announce } from '../parts/announce.ts'
import { toClock, toLength, toRatio } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { EventLog, toEventLine } from './EventLog.tsx'
import { Facts } from './Facts.tsx'
import { Rail } from './Rail.tsx'
import { useEstimate } from './useEstimate.ts'
import { useFollowed } from './useFollowed.ts'
import { NotifyButton } from './NotifyButton.tsx'

interface RunningProps {
  readonly video: VideoResource
  /** The image it begins with, where this page knows it. */
  readonly firstFrame: string | null
  readonly onEnd: (ended: VideoResource) => void
}

const PAGE_TITLE = 'Reelay'

export function Running({ video, firstFrame, onEnd }: RunningProps) {
  const { api, can, isLineUp } = useSession()
  const { state, events, problem } = useFollowed(video, onEnd)
  const cancelling = useAction()
  const elapsed = useElapsed(video.created_at)
  const estimate = useEstimate(video.model)
  const phase = t(`phase.${state.phase}`)
  const words = toWords(events, phase)

  useEffect(() => {
    document.title = `${state.progress > 0 ? `${state.progress} %` : phase} · ${PAGE_TITLE}`
    return () => {
      document.title = PAGE_TITLE
    }
  }, [state.progress, phase])
  useEffect(() => announce(toSpoken(state)), [state.phase, Math.floor(state.progress / 25)])

  return (
    <article class="stage" aria-label={t('stage.running')}>
      <div class="frame">
        <Waiting video={video} state={state} firstFrame={firstFrame} />
      </div>
      <div class="about">
        <p class="prompt break">{video.prompt || t('stage.untitled')}</p>
        <Facts video={video} />
        <Rail state={state} events={events} />
        <p class="clock">
          <span class="time">{toClock(elapsed)}</span>{' '}
          <span class="quiet">{toOutlook(elapsed, estimate)}</span>
        </p>
        <p class={`last small ${isLineUp ? 'quiet' : 'warn-text'}`} role="status">
          {isLineUp ? words : t('stage.reconnecting')}
        </p>
        {problem !== null && <Problem error={problem} />}
        {cancelling.error !== null && <Problem error={cancelling.error} />}
        <div class="row">
          {can('manage') && (
            <button
              type="button"
              class="button"
              aria-disabled={cancelling.isBusy}
              onClick={() => void cancelling.run(() => api.cancel(video.id))}
            >
              <Icon name="close" />
              {t('stage.cancel')}
            </button>
          )}
          <NotifyButton id={video.id} />
        </div>
        <EventLog events={events} />
      </div>
    </article>
  )
}

/** What happened last, where picture and rail do not say it already. */
function toWords(events: readonly WireEvent[], phase: string): string {
  const last = events.findLast(({ type }) => type !== 'progress')
  const words = last === undefined ? phase : toEventLine(last)
  return words === phase && events.length > 1 ? '' : words
}

interface WaitingProps {
  readonly video: VideoResource
  readonly state: VideoState
  readonly firstFrame: string | null
}

function Waiting({ video, state, firstFrame }: WaitingProps) {
  const ratio = toRatio(video.size) ?? 16 / 9
  const known = state.progress > 0
  return (
    <div
      class="screen waiting"
      style={{ '--ratio': String(ratio), ...toAmbience(video.prompt ?? video.id) }}
    >
      {firstFrame !== null && <img class="blurred" src={firstFrame} alt="" />}
      <div class="percent">
        <span class="number">{known ? `${state.progress} %` : '…'}</span>
        <span>{t(`phase.${state.phase}`)}</span>
      </div>
      <progress
        aria-label={t('stage.progress')}
        max={100}
        {...(known && { value: state.progress })}
      />
    </div>
  )
}

function useElapsed(createdAt: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now - createdAt * 1000
}

function toOutlook(elapsedMs: number, estimateMs: number | null): string {
  if (estimateMs === null) return t('stage.noestimate')
  const left = estimateMs - elapsedMs
  return left > 0 ? t('stage.left', { time: toLength(left) }) : t('stage.longer')
}

function toSpoken({ phase, progress }: VideoState): string {
  const quarter = Math.floor(progress / 25) * 25
  return quarter > 0 ? t('stage.spoken', { n: quarter }) : t(`phase.${phase}`)
}
