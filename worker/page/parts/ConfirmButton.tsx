// A button for what cannot be undone: the first press asks, the second does. Looking away takes it back.

import { useState } from 'preact/hooks'

interface ConfirmButtonProps {
  readonly label: string
  readonly question: string
  readonly onConfirm: () => void
  readonly class?: string
}

export function ConfirmButton({ label, question, onConfirm, class: name }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false)
  const press = () => {
    if (isAsking) onConfirm()
    setAsking(!isAsking)
  }
  return (
    <button
      type="button"
      class={`${name ?? 'button plain'}${isAsking ? ' danger' : ''}`}
      onClick={press}
      onBlur={() => setAsking(false)}
    >
      {isAsking ? question : label}
    </button>
  )
}
