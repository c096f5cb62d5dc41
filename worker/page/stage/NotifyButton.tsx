// Asks the browser to tell when a video has ended, for whoever looks at something else meanwhile.

import { useState } from 'preact/hooks'
import { Icon } from '../parts/Icon.tsx'
import { t } from '../strings/t.ts'

const wanted = new Set<string>()

export function NotifyButton({ id }: { readonly id: string }) {
  const [isOn, setOn] = useState(wanted.has(id))
  // Plain http has none, nor have some phones.
  if (!('Notification' in globalThis) || Notification.permission === 'denied') return null
  const press = async () => {
    const isAllowed = isOn || (await Notification.requestPermission()) === 'granted'
    if (!isAllowed) return
    if (isOn) wanted.delete(id)
    else wanted.add(id)
    setOn(!isOn)
  }
  return (
    <button
      type="button"
      class="button plain small"
      aria-pressed={isOn}
      onClick={() => void press()}
    >
      <Icon name="bell" />
      {t('stage.notify')}
    </button>
  )
}

export function notifyEnd(id: string, text: string, prompt: string): void {
  if (!wanted.delete(id) || !document.hidden) return
  const body = prompt.slice(0, 120)
  const notification = new Notification(text, { body, icon: '/mark.svg', tag: id })
  notification.addEventListener('click', () => focus())
}
