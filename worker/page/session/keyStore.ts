// Where the key lives: in this tab, or on this device when somebody wishes so. `#key=…` in the address,
// as `npm start` prints it, is removed at once, because addresses are kept and shared. Away from this
// machine the visitor is asked first: a stranger's link would have them work in the stranger's account.

import { t } from '../strings/t.ts'

const STORED = 'reelay.key'

export function takeKey(): string {
  const own = sessionStorage.getItem(STORED) ?? localStorage.getItem(STORED) ?? ''
  const given = /^#key=(rk_[\x21-\x7e]+)$/.exec(location.hash)?.[1]
  if (given === undefined) return own
  history.replaceState(null, '', location.pathname + location.search)
  if (given === own || !(isOnThisMachine() || confirm(t('key.given')))) return own
  storeKey(given, false)
  return given
}

function isOnThisMachine(): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
}

export function isRemembered(): boolean {
  return localStorage.getItem(STORED) !== null
}

export function storeKey(key: string, onDevice: boolean): void {
  sessionStorage.setItem(STORED, key)
  if (onDevice) localStorage.setItem(STORED, key)
  else localStorage.removeItem(STORED)
}

export function forgetKey(): void {
  sessionStorage.removeItem(STORED)
  localStorage.removeItem(STORED)
}
