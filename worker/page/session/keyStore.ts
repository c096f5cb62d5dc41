// Where the key lives: in this tab, or on this device when somebody wishes so. `#key=…` in the address,
// as `npm start` prints it, is taken and removed at once: addresses are kept and shared.

const STORED = 'reelay.key'

export function takeKey(): string {
  const given = /^#key=(rk_[\x21-\x7e]+)$/.exec(location.hash)?.[1]
  if (given !== undefined) {
    history.replaceState(null, '', location.pathname + location.search)
    storeKey(given, false)
    return given
  }
  return sessionStorage.getItem(STORED) ?? localStorage.getItem(STORED) ?? ''
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
