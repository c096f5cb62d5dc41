// How far it is, as four stations: accepted, queue, generating, storing.

import type { WireEvent } from '../../../shared/video/events.ts'
import type { VideoState } from '../../../shared/video/video.ts'
import { t } from '../strings/t.ts'

const stations = ['accepted', 'queued', 'running', 'archiving'] as const

function toStation({ phase }: VideoState, events: readonly WireEvent[]): number {
  if (!events.some(({ type }) => type === 'started')) return 0
  return stations.indexOf(phase)
}

interface RailProps {
  readonly state: VideoState
  readonly events: readonly WireEvent[]
}

export function Rail({ state, events }: RailProps) {
  const here = toStation(state, events)
  return (
    <ol class="rail" aria-label={t('rail.label')}>
      {stations.map((station, index) => (
        <li
          key={station}
          class={index < here ? 'passed' : index === here ? 'here' : 'ahead'}
          aria-current={index === here ? 'step' : undefined}
        >
          <span class="dot" aria-hidden="true" />
          {t(`rail.${station}`)}
        </li>
      ))}
    </ol>
  )
}
