// Remembers, for as long as the tab lives, which events of a running generation were shown, so that
// a reload goes on behind the last of them. Links are left out: they open a video without a key.

import type { WireEvent } from '../../../shared/video/events.ts'

const PREFIX = 'reelay.events.'

export function readSeenEvents(id: string): readonly WireEvent[] {
  try {
    const events: unknown = JSON.parse(sessionStorage.getItem(PREFIX + id) ?? '[]')
    return Array.isArray(events) ? (events as WireEvent[]) : []
  } catch {
    return []
  }
}

export function keepSeenEvents(id: string, events: readonly WireEvent[]): void {
  const kept = events.map((event) => (event.type === 'preview' ? { ...event, url: '' } : event))
  try {
    sessionStorage.setItem(PREFIX + id, JSON.stringify(kept))
  } catch {
    // Full or forbidden: a reload then reads the log from its start.
    forgetSeenEvents(id)
  }
}

export function forgetSeenEvents(id: string): void {
  sessionStorage.removeItem(PREFIX + id)
}

/** The ids of generations that this tab has watched and not seen end. */
export function listWatched(): readonly string[] {
  return Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length))
}
