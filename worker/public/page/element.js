// Makes DOM out of values. Text is only ever text here: there is no way to pass markup, and links
// go through safeUrl.js, so nothing that a prompt or a relay says can become a script.

import { toSafeUrl } from './safeUrl.js'

/** @typedef {Node | string | null} Child null is left out */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<Omit<HTMLElementTagNameMap[Tag], 'innerHTML' | 'outerHTML' | 'href' | 'src' | 'srcdoc'>>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties)
  node.append(...children.filter((child) => child !== null))
  return node
}

/**
 * @param {string} text
 * @param {() => void} onPress
 * @param {string} [className]
 */
export function button(text, onPress, className = '') {
  const node = element('button', { type: 'button', className }, text)
  node.addEventListener('click', onPress)
  return node
}

/**
 * A link, or only its text when the address is not one that may be opened.
 * @param {string} text
 * @param {string} address
 * @param {Partial<Pick<HTMLAnchorElement, 'className' | 'download'>>} [properties]
 */
export function link(text, address, properties = {}) {
  const url = toSafeUrl(address)
  if (url === null) return element('span', {}, text)
  const node = element('a', { ...properties, rel: 'noopener noreferrer' }, text)
  if (properties.download === undefined) node.target = '_blank'
  node.href = url.href
  return node
}

/**
 * A link to a place on this page.
 * @param {string} text
 * @param {string} id
 */
export function anchor(text, id) {
  const node = element('a', {}, text)
  node.href = `#${encodeURIComponent(id)}`
  return node
}

/**
 * Finds what the page's markup promises to hold.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(id, kind) {
  const node = document.getElementById(id)
  if (node instanceof kind) return node
  throw new Error(`The page has no ${kind.name} with the id ${id}.`)
}
