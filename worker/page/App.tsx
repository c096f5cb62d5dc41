// The page as a whole: header, what stands above every view, and the view that the address names. Views
// that few look at are loaded when they are.

import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { CreatePage } from './create/CreatePage.tsx'
import { DraftProvider, useNewDraft } from './create/draftContext.ts'
import { Header } from './layout/Header.tsx'
import { Notices } from './layout/Notices.tsx'
import { Welcome } from './layout/Welcome.tsx'
import { LibraryPage } from './library/LibraryPage.tsx'
import { setAnnouncer } from './parts/announce.ts'
import { useView, type View } from './route.ts'
import { SessionProvider, useNewSession } from './session/session.ts'
import { SharePage } from './share/SharePage.tsx'
import { VideoPage } from './stage/VideoPage.tsx'
import { t } from './strings/t.ts'

const later = {
  automations: () => import('./automations/AutomationsPage.tsx').then((one) => one.AutomationsPage),
  usage: () => import('./usage/UsagePage.tsx').then((one) => one.UsagePage),
  console: () => import('./console/ConsolePage.tsx').then((one) => one.ConsolePage),
}

export function App() {
  const session = useNewSession()
  const draft = useNewDraft()
  const view = useView()
  const announcer = useRef<HTMLDivElement>(null)
  useEffect(() => setAnnouncer(announcer.current), [])
  return (
    <SessionProvider value={session}>
      <DraftProvider value={draft}>
        <a class="skip" href="#main">
          {t('nav.skip')}
        </a>
        <Header view={view} />
        <Notices />
        <Shown view={view} state={session.state} />
        <div ref={announcer} class="visually-hidden" role="status" aria-live="polite" />
      </DraftProvider>
    </SessionProvider>
  )
}

interface ShownProps {
  readonly view: View
  readonly state: ReturnType<typeof useNewSession>['state']
}

function Shown({ view, state }: ShownProps) {
  if (view.name === 'share') return <SharePage />
  if (view.name === 'console') return <Later key="console" name="console" at={view.at} />
  if (view.name === 'lost') {
    return (
      <main id="main" class="page">
        <h1>{t('lost.title')}</h1>
      </main>
    )
  }
  if (state === 'out' || state === 'refused') return <Welcome />
  // Which key it is decides what there is to see.
  if (state === 'checking') return <main id="main" class="page" aria-busy="true" />
  switch (view.name) {
    case 'create':
      return <CreatePage />
    case 'library':
      return <LibraryPage />
    case 'video':
      return <VideoPage key={view.id} id={view.id} />
    case 'automations':
    case 'usage':
      return <Later key={view.name} name={view.name} />
  }
}

interface LaterProps {
  readonly name: keyof typeof later
  readonly at?: string
}

function Later({ name, at = '' }: LaterProps) {
  const [Page, setPage] = useState<ComponentType<{ readonly at: string }> | null>(null)
  useEffect(() => {
    void later[name]().then((loaded) => setPage(() => loaded))
  }, [name])
  return Page === null ? <main id="main" class="page" aria-busy="true" /> : <Page at={at} />
}
