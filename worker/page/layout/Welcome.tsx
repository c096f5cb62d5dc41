// For whoever has no key yet: what this is, and one field.

import { toAmbience } from '../parts/ambience.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { KeyForm } from './KeyForm.tsx'

export function Welcome() {
  const { isSimulated } = useSession()
  return (
    <main id="main" class="page welcome">
      <section class="pitch stack">
        <h1 class="display">{t('welcome.title')}</h1>
        <p class="lead">{t('welcome.lead')}</p>
        <ul class="promises">
          {(['once', 'lost', 'seen'] as const).map((promise) => (
            <li key={promise}>
              <strong>{t(`welcome.${promise}`)}</strong>
              <span class="quiet">{t(`welcome.${promise}.more`)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card stack gate">
        <div class="demo" style={toAmbience('welcome')} aria-hidden="true">
          <span>{t('idea.boat')}</span>
          <i />
        </div>
        <KeyForm id="api-key" />
        <p class="small quiet">{t(isSimulated ? 'welcome.start' : 'welcome.ask')}</p>
      </section>
    </main>
  )
}
