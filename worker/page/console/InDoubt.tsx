// Failures of which nobody knows whether the relay charged for them. Whoever has its bill can say so.

import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { AdminVideo } from './answers.ts'
import type { DeskViewProps } from './deskView.ts'
import { lookAgain } from './lookAgain.ts'
import { useOperator } from './operator.ts'
import { VideoTable } from './VideoTable.tsx'

export function InDoubt({ onVideo }: DeskViewProps) {
  const api = useOperator()
  const { value, error, reload } = useLoaded(async () => {
    const path = '/videos?status=failed&charge=possible&limit=100'
    const { data } = (await api.call('GET', path)) as unknown as { data: readonly AdminVideo[] }
    // What will count as spent first stands first.
    return data.toSorted((one, other) => one.created_at - other.created_at)
  }, [api])
  const action = useAction()
  const settle = (id: string, charged: boolean) =>
    void action.run(async () => {
      await api.call('POST', `/videos/${encodeURIComponent(id)}/settle`, { charged })
      await reload()
      announce(t('doubt.settled'))
    })
  const look = (id: string) =>
    void action.run(async () => {
      await lookAgain(api, id)
      await reload()
      announce(t('doubt.looked'))
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
          actions={({ id, next_look_at: nextLookAt }) => (
            <span class="row nowrap">
              {nextLookAt !== null && (
                <button type="button" class="button small" onClick={() => look(id)}>
                  {t('lookup.wake')}
                </button>
              )}
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
