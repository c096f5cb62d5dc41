// Failures of which nobody knows whether the relay charged for them. Whoever has its bill can say so.

import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { AdminVideo } from './answers.ts'
import type { DeskViewProps } from './deskView.ts'
import { useOperator } from './operator.ts'
import { VideoTable } from './VideoTable.tsx'

export function InDoubt({ onVideo }: DeskViewProps) {
  const api = useOperator()
  const { value, error, reload } = useLoaded(
    async () =>
      (
        (await api.call('GET', '/videos?status=failed&charge=possible&limit=100')) as unknown as {
          data: readonly AdminVideo[]
        }
      ).data,
    [api],
  )
  const action = useAction()
  const settle = (id: string, charged: boolean) =>
    void action.run(async () => {
      await api.call('POST', `/videos/${encodeURIComponent(id)}/settle`, { charged })
      await reload()
      announce(t('doubt.settled'))
    })
  return (
    <div class="stack">
      <p class="quiet">{t('doubt.lead')}</p>
      {error !== null && <Problem error={error} />}
      {action.error !== null && <Problem error={action.error} />}
      {value !== null && (
        <VideoTable
          videos={value}
          onVideo={onVideo}
          actions={({ id }) => (
            <span class="row nowrap">
              <ConfirmButton
                class="button small"
                label={t('doubt.charged')}
                question={t('doubt.sure')}
                onConfirm={() => settle(id, true)}
              />
              <ConfirmButton
                class="button small"
                label={t('doubt.free')}
                question={t('doubt.sure')}
                onConfirm={() => settle(id, false)}
              />
            </span>
          )}
        />
      )}
    </div>
  )
}
