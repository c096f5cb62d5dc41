// Tells screen readers what changed, in one polite place, and copies text for everybody.

import { find } from './element.js'

/** @param {string} text */
export function announce(text) {
  find('announcer', HTMLElement).textContent = text
}

/**
 * @param {string} text
 * @param {HTMLButtonElement} pressed says what happened, for two seconds
 * @param {string} what
 */
export async function copy(text, pressed, what) {
  const label = pressed.textContent
  try {
    await navigator.clipboard.writeText(text)
    pressed.textContent = 'Copied'
    announce(`${what} copied`)
  } catch {
    // Without https, or without permission, browsers keep the clipboard to themselves.
    pressed.textContent = 'Not allowed here'
    announce('The browser did not allow copying')
  }
  setTimeout(() => {
    pressed.textContent = label
  }, 2000)
}
