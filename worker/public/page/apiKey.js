// Holds the API key: in memory, and in this browser only when the person asks for it.

const STORED_AS = 'reelay.key'

/** @returns {{ get(): string, set(key: string): void, isRemembered(): boolean, remember(wish: boolean): void }} */
export function createKeyHolder() {
  let key = readFragment() ?? localStorage.getItem(STORED_AS) ?? ''
  return {
    get: () => key,
    set(next) {
      key = next
      if (localStorage.getItem(STORED_AS) !== null) localStorage.setItem(STORED_AS, key)
    },
    isRemembered: () => localStorage.getItem(STORED_AS) !== null,
    remember(wish) {
      if (wish) localStorage.setItem(STORED_AS, key)
      else localStorage.removeItem(STORED_AS)
    },
  }
}

/**
 * `#key=…`, as `npm start` prints it. Only on this machine: elsewhere a link could make a visitor
 * work, and confide prompts, under somebody else's key.
 * @returns {string | null}
 */
function readFragment() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key')
  if (key === null) return null
  history.replaceState(null, '', location.pathname + location.search)
  return ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) ? key : null
}
