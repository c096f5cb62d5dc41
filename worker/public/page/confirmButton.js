// A button that asks once more, in place and without a modal. Leaving it takes the question back.

import { announce } from './announce.js'
import { button } from './element.js'

/**
 * @param {string} text
 * @param {string} sure what the second press says
 * @param {() => void} onSure
 */
export function confirmButton(text, sure, onSure) {
  let isAsking = false
  const ask = (/** @type {boolean} */ wish) => {
    isAsking = wish
    node.textContent = wish ? sure : text
    node.classList.toggle('danger', wish)
  }
  const node = button(text, () => {
    if (isAsking) return onSure()
    ask(true)
    announce(`Press again to confirm: ${sure}`)
  })
  node.addEventListener('blur', () => ask(false))
  return node
}
