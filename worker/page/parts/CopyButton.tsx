// Copies a text and says so in its own place.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { announce } from './announce.ts'

const SHOWN_MS = 2000

interface CopyButtonProps {
  readonly text: string | (() => string)
  readonly children: ComponentChildren
  readonly class?: string
}

export function CopyButton({ text, children, class: name = 'button' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
      setState('copied')
      announce(t('copy.done'))
    } catch {
      // Plain http has no clipboard, and a browser may ask and be told no.
      setState('refused')
    }
    setTimeout(() => setState('idle'), SHOWN_MS)
  }
  const shown = { idle: children, copied: t('copy.done'), refused: t('copy.refused') }[state]
  return (
    <button type="button" class={name} onClick={() => void copy()}>
      {shown}
    </button>
  )
}
