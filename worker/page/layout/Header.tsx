// Name, ways to go, and the key.

import type { JSX } from 'preact'
import { Icon, type IconName } from '../parts/Icon.tsx'
import { Link } from '../parts/Link.tsx'
import type { View } from '../route.ts'
import { useSession } from '../session/session.ts'
import { type StringKey, t } from '../strings/t.ts'
import { KeyChip } from './KeyChip.tsx'

interface Way {
  readonly to: string
  readonly name: View['name']
  readonly words: StringKey
  readonly icon: IconName
}

const ways: readonly Way[] = [
  { to: '/', name: 'create', words: 'nav.create', icon: 'spark' },
  { to: '/library', name: 'library', words: 'nav.library', icon: 'grid' },
  { to: '/automations', name: 'automations', words: 'nav.automations', icon: 'clock' },
  { to: '/usage', name: 'usage', words: 'nav.usage', icon: 'chart' },
]

export function Header({ view }: { readonly view: View }): JSX.Element {
  const { state, can } = useSession()
  const isIn = state === 'in' && view.name !== 'share' && view.name !== 'console'
  const open = ways.filter(({ name }) => name !== 'automations' || can('manage'))
  return (
    <header class="top">
      <Link class="brand" to="/">
        <picture>
          <source srcset="/mark-dark.svg" media="(prefers-color-scheme: dark)" />
          <img src="/mark.svg" alt="" width="28" height="28" />
        </picture>
        <span>Reelay</span>
      </Link>
      {isIn && (
        <nav class="ways" aria-label={t('nav.label')}>
          {open.map(({ to, name, words, icon }) => (
            <Link key={name} to={to} isCurrent={view.name === name}>
              <Icon name={icon} />
              <span>{t(words)}</span>
            </Link>
          ))}
        </nav>
      )}
      <div class="end">
        <a class="docs" href="/docs">
          {t('nav.docs')}
        </a>
        <KeyChip />
      </div>
    </header>
  )
}
