// What holds for the whole page just now: nothing is paid here, or the line is down.

import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'

export function Notices() {
  const { isSimulated, isLineUp } = useSession()
  return (
    <div class="notices">
      {isSimulated && <p class="banner">{t('notice.simulated')}</p>}
      <div role="status">{!isLineUp && <p class="banner down">{t('notice.offline')}</p>}</div>
    </div>
  )
}
