// Remembers, for as long as the tab lives, which events of a running generation were shown, so that
// a reload goes on behind the last of them. Links are left out: they open a video without a key.

const PREFIX = 'reelay.events.'

/** @typedef {import('../../../shared/video/events.ts').WireEvent} WireEvent */

/**
 * @param {string} id
 * @returns {WireEvent[]}
 */
export function readSeenEvents(id) {
  try {
    const events = JSON.parse(sessionStorage.getItem(PREFIX + id) ?? '[]')
    return Array.isArray(events) ? events : []
  } catch {
    return []
  }
}

/**
 * @param {string} id
 * @param {readonly WireEvent[]} events
 */
export function keepSeenEvents(id, events) {
  const kept = events.map((event) => (event.type === 'preview' ? { ...event, url: '' } : event))
  try {
    sessionStorage.setItem(PREFIX + id, JSON.stringify(kept))
  } catch {
    // Full or forbidden: a reload then reads the log from its start.
    forgetSeenEvents(id)
  }
}

/** @param {string} id */
export function forgetSeenEvents(id) {
  sessionStorage.removeItem(PREFIX + id)
}

/** The ids of generations that this tab has watched and not seen end. */
export function listWatched() {
  return Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length))
}
