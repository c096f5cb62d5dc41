// The key in the header: its name and what is left of its budget; behind it another key, another
// language, another light.

import { useEffect, useRef, useState } from 'preact/hooks'
import { toMoney } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Link } from '../parts/Link.tsx'
import { readTheme, setTheme, type Theme } from '../parts/theme.ts'
import { useSession } from '../session/session.ts'
import { languages, setLanguage } from '../strings/language.ts'
import { getLanguage, type Language, t } from '../strings/t.ts'
import { BudgetBar } from './BudgetBar.tsx'
import { KeyForm } from './KeyForm.tsx'

export function KeyChip() {
  const { state, usage } = useSession()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const leave = (event: Event) => {
      const isKey = event instanceof KeyboardEvent
      if (isKey ? event.key === 'Escape' : !box.current?.contains(event.target as Node))
        setOpen(false)
    }
    addEventListener('pointerdown', leave)
    addEventListener('keydown', leave)
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('keydown', leave)
    }
  }, [isOpen])
  const name = state === 'in' ? (usage?.key.name ?? '') : t('key.none')
  return (
    <div class="key" ref={box}>
      <button
        type="button"
        class="key-chip"
        aria-expanded={isOpen}
        aria-label={t('key.open', { name })}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="key" />
        <span class="name">{name}</span>
        {state === 'in' && usage !== null && <BudgetBar usage={usage} />}
      </button>
      {isOpen && <KeyPanel onDone={() => setOpen(false)} />}
    </div>
  )
}

function KeyPanel({ onDone }: { readonly onDone: () => void }) {
  const { state, usage, forget } = useSession()
  const [isSwitching, setSwitching] = useState(false)
  return (
    <div class="panel card stack" role="group" aria-label={t('key.panel')}>
      {state === 'in' && usage !== null && (
        <div class="stack tight">
          <p>
            <strong>{usage.key.name}</strong>
          </p>
          <p class="small quiet">{toSpending(usage.key)}</p>
          <div class="row">
            <button
              type="button"
              class="button small"
              aria-expanded={isSwitching}
              onClick={() => setSwitching(!isSwitching)}
            >
              {t('key.switch')}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => {
                forget()
                onDone()
              }}
            >
              {t('key.forget')}
            </button>
          </div>
        </div>
      )}
      {isSwitching && <KeyForm id="other-key" onDone={onDone} />}
      <Appearance />
      <p class="row between small">
        <Link to="/console">{t('nav.console')}</Link>
        <a href="/docs">{t('nav.docs')}</a>
      </p>
    </div>
  )
}

function Appearance() {
  const [theme, choose] = useState(readTheme)
  return (
    <div class="grid2">
      <div class="field">
        <label for="theme">{t('theme.label')}</label>
        <select
          id="theme"
          class="input"
          value={theme}
          onChange={({ currentTarget: { value } }) => {
            setTheme(value as Theme)
            choose(value as Theme)
          }}
        >
          {(['auto', 'light', 'dark'] as const).map((one) => (
            <option key={one} value={one}>
              {t(`theme.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="language">{t('language.label')}</label>
        <select
          id="language"
          class="input"
          value={getLanguage()}
          onChange={({ currentTarget: { value } }) => setLanguage(value as Language)}
        >
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}

interface Spending {
  readonly spent_usd: number
  readonly period_spent_usd: number
  readonly period_held_usd: number
  readonly limits: { readonly budget_usd: number | null }
}

export function toSpending(key: Spending): string {
  const { period_spent_usd: spent, period_held_usd: held, limits } = key
  const budget = limits.budget_usd
  const values = {
    spent: toMoney(budget === null ? key.spent_usd : spent),
    held: toMoney(held),
    budget: toMoney(budget ?? 0),
  }
  if (budget === null) return t(held > 0 ? 'spending.free.held' : 'spending.free', values)
  return t(held > 0 ? 'spending.budget.held' : 'spending.budget', values)
}
