// Videos as the operator sees them: whose, what happened, what it costs. Never what was asked for.

import type { ComponentChildren } from 'preact'
import { toAge, toMoney } from '../parts/format.ts'
import { Table } from '../parts/Table.tsx'
import { t } from '../strings/t.ts'
import type { AdminVideo } from './answers.ts'

interface VideoTableProps {
  readonly videos: readonly AdminVideo[]
  readonly onVideo: (id: string) => void
  readonly actions?: (video: AdminVideo) => ComponentChildren
}

export function VideoTable({ videos, onVideo, actions }: VideoTableProps) {
  if (videos.length === 0) return <p class="empty">{t('videos.none')}</p>
  return (
    <div class="card">
      <Table
        heads={[
          t('video.id'),
          t('keys.account'),
          t('compose.model'),
          t('videos.what'),
          t('videos.money'),
          t('videos.age'),
          ...(actions === undefined ? [] : [t('videos.say')]),
        ]}
        rows={videos.map((video) => ({
          key: video.id,
          cells: [
            <button type="button" class="link mono" onClick={() => onVideo(video.id)}>
              {video.id.slice(0, 18)}…
            </button>,
            video.account,
            video.model,
            toOutcome(video),
            toMoneyWords(video),
            toAge(video.created_at),
            ...(actions === undefined ? [] : [actions(video)]),
          ],
        }))}
      />
    </div>
  )
}

export function toOutcome({ code, status }: AdminVideo): string {
  return code === null ? t(`status.${status}`) : t(`short.${code}`)
}

export function toMoneyWords({ held_usd: held, spent_usd: spent }: AdminVideo): string {
  if (held > 0) return t('videos.held', { usd: toMoney(held) })
  return spent > 0 ? t('videos.spent', { usd: toMoney(spent) }) : t('videos.free')
}
