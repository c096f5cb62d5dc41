// Videos as the operator sees them: whose, what happened, what it costs. Never what was asked for.

import type { ComponentChildren } from 'preact'
import { toAge, toMoney } from '../parts/format.ts'
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
    <div class="scroll card">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('video.id')}</th>
            <th scope="col">{t('keys.account')}</th>
            <th scope="col">{t('compose.model')}</th>
            <th scope="col">{t('videos.what')}</th>
            <th scope="col">{t('videos.money')}</th>
            <th scope="col">{t('videos.age')}</th>
            {actions !== undefined && <th scope="col">{t('videos.say')}</th>}
          </tr>
        </thead>
        <tbody>
          {videos.map((video) => (
            <tr key={video.id}>
              <td>
                <button type="button" class="link mono" onClick={() => onVideo(video.id)}>
                  {video.id.slice(0, 18)}…
                </button>
              </td>
              <td>{video.account}</td>
              <td>{video.model}</td>
              <td>{toOutcome(video)}</td>
              <td>{toMoneyWords(video)}</td>
              <td>{toAge(video.created_at)}</td>
              {actions !== undefined && <td>{actions(video)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
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
