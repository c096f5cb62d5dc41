// Plays one video for somebody without a key, and says where it was made.

import { useEffect } from 'preact/hooks'
import { Link } from '../parts/Link.tsx'
import { Player } from '../stage/Player.tsx'
import { t } from '../strings/t.ts'
import { readShared } from './shareLink.ts'

export function SharePage() {
  const shared = readShared(location.hash)
  useEffect(() => {
    if (shared !== null && shared.title !== '') document.title = `${shared.title} · Reelay`
  }, [])
  if (shared === null) return <p class="empty">{t('share.broken')}</p>
  return (
    <main id="main" class="page narrow share">
      <Player video={{ url: shared.url, size: shared.size }} />
      <h1 class="break">{shared.title === '' ? t('stage.untitled') : shared.title}</h1>
      <p class="row between quiet small">
        <span>{t('share.note')}</span>
        <Link to="/">{t('share.make')}</Link>
      </p>
    </main>
  )
}
