// The last thing that can be done with a video, for whoever may.

import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'

export function DeleteVideo({ onDelete }: { readonly onDelete: () => void }) {
  const { can } = useSession()
  if (!can('manage')) return null
  return (
    <ConfirmButton
      class="button plain small delete"
      label={t('done.delete')}
      question={t('done.delete.sure')}
      onConfirm={onDelete}
    />
  )
}
