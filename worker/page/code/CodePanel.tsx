// The exact request as code, in tabs; and the video as the API tells it.

import { useState } from 'preact/hooks'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { CopyButton } from '../parts/CopyButton.tsx'
import { t } from '../strings/t.ts'
import { kinds, type SnippetKind, toSnippet } from './snippets.ts'

interface CodePanelProps {
  readonly video: VideoResource
  readonly body: JsonObject
}

type Tab = SnippetKind | 'JSON'
const tabs: readonly Tab[] = [...kinds, 'JSON']
/** An image within a request is megabytes of letters. */
const LONGEST = 300

export function CodePanel({ video, body }: CodePanelProps) {
  const [tab, setTab] = useState<Tab>('cURL')
  const text =
    tab === 'JSON' ? JSON.stringify(video, null, 2) : toSnippet(tab, location.origin, body)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? tab
    setTab(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <section class="code" aria-label={t('code.title')}>
      <div class="row between">
        <div role="tablist" aria-label={t('code.title')} class="tabs" onKeyDown={move}>
          {tabs.map((name) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={name === tab}
              aria-controls="code-text"
              tabIndex={name === tab ? 0 : -1}
              onClick={() => setTab(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <CopyButton class="button small" text={text}>
          {t('copy.label')}
        </CopyButton>
      </div>
      <pre id="code-text" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <code>
          {text.replaceAll(/data:image\/[^"']{64,}/g, (long) => `${long.slice(0, LONGEST / 10)}…`)}
        </code>
      </pre>
    </section>
  )
}
