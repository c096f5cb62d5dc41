// /console: the desk of whoever runs the gateway. A token opens it, for this tab. Each of its views, and
// each video, has an address that can be passed on.

import '../styles/desk.css'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ApiError } from '../../../shared/client/error.ts'
import { Field } from '../parts/Field.tsx'
import { navigate, toConsolePath } from '../route.ts'
import { createGatewayClient } from '../session/gatewayClient.ts'
import { t } from '../strings/t.ts'
import { Audit } from './Audit.tsx'
import type { ViewName } from './deskView.ts'
import { InDoubt } from './InDoubt.tsx'
import { Keys } from './Keys.tsx'
import { keepToken, OperatorProvider, readToken } from './operator.ts'
import { OverviewView } from './OverviewView.tsx'
import { Settings } from './Settings.tsx'
import { VideoLookup } from './VideoLookup.tsx'
import { Videos } from './Videos.tsx'

const views = {
  overview: OverviewView,
  videos: Videos,
  doubt: InDoubt,
  keys: Keys,
  audit: Audit,
  settings: Settings,
} as const satisfies Readonly<Record<ViewName, unknown>>

export function ConsolePage({ at }: { readonly at: string }) {
  const [token, setToken] = useState(readToken)
  const [refused, setRefused] = useState<string | undefined>(undefined)
  const client = useMemo(() => createGatewayClient(token, '/admin'), [token])
  useEffect(() => {
    document.title = `${t('nav.console')} · Reelay`
    return () => {
      document.title = 'Reelay'
    }
  }, [])
  const enter = async (given: string) => {
    try {
      await createGatewayClient(given, '/admin').call('GET', '/keys')
      keepToken(given)
      setRefused(undefined)
      setToken(given)
    } catch (error) {
      setRefused(error instanceof ApiError ? error.message : String(error))
    }
  }
  if (token === '') return <Gate refused={refused} onEnter={(given) => void enter(given)} />
  return (
    <OperatorProvider value={client}>
      <Desk
        at={at}
        onLeave={() => {
          keepToken('')
          setToken('')
        }}
      />
    </OperatorProvider>
  )
}

interface GateProps {
  readonly refused: string | undefined
  readonly onEnter: (token: string) => void
}

function Gate({ refused, onEnter }: GateProps) {
  const [text, setText] = useState('')
  return (
    <main id="main" class="page gate-page">
      <form
        class="card stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== '') onEnter(text.trim())
        }}
      >
        <h1>{t('nav.console')}</h1>
        <p class="quiet">{t('console.lead')}</p>
        <Field
          id="token"
          label={t('console.token')}
          hint={t('console.token.hint')}
          problem={refused}
        >
          <input
            id="token"
            class="input mono"
            type="password"
            autocomplete="off"
            aria-describedby="token-hint"
            aria-invalid={refused !== undefined}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button primary">
          {t('console.enter')}
        </button>
      </form>
    </main>
  )
}

interface DeskProps {
  readonly at: string
  readonly onLeave: () => void
}

const names = Object.keys(views) as ViewName[]

function Desk({ at, onLeave }: DeskProps) {
  const view = at === '' ? 'overview' : names.find((name) => name === at)
  const Shown = view === undefined ? null : views[view]
  // Where "Back" leads from a video; from one that was opened by its address, to all of them.
  const list = useRef<ViewName>('videos')
  if (view !== undefined) list.current = view
  const go = (place: string) => navigate(toConsolePath(place))
  return (
    <main id="main" class="page wide desk">
      <div class="row between">
        <h1>{t('nav.console')}</h1>
        <button type="button" class="button plain small" onClick={onLeave}>
          {t('console.leave')}
        </button>
      </div>
      <nav class="desk-ways" aria-label={t('nav.console')}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === view ? 'page' : undefined}
            onClick={() => go(name)}
          >
            {t(`console.${name}`)}
          </button>
        ))}
      </nav>
      {Shown === null ? (
        <VideoLookup key={at} id={at} onBack={() => go(list.current)} />
      ) : (
        <Shown onVideo={go} onView={go} />
      )}
    </main>
  )
}
