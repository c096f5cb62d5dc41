// Says what went wrong and what to do: the message the gateway gave, its code, and one sentence of
// advice for every code there is.

import { ApiError, failures } from './core.js'
import { element } from './element.js'

/**
 * By the codes a page can meet; the message alone must do for others.
 * @type {Partial<Readonly<Record<import('../../http/errors.ts').HttpErrorCode | 'connection_failed' | 'unexpected_answer', string>>>}
 */
const advice = {
  invalid_request: 'Change the field it names, then press Generate again.',
  invalid_api_key: 'Enter the key you were given in the field “API key”.',
  insufficient_scope: 'Use a key that may do this, or ask for the scope to be added.',
  not_found: 'It may have been deleted. Reload the page to see what is there.',
  model_not_found: 'Choose one of the models in the list.',
  not_terminal: 'Wait until it has ended, or cancel it first.',
  not_remixable: 'Describe the change as a new prompt instead.',
  not_archivable: 'Generate it again.',
  outcome_unknown: 'Look at the relay’s console first; tick the box to pay again.',
  video_expired: 'Generate it again.',
  request_too_large: 'Use a smaller image, or a link to it.',
  unsupported_media_type: 'This page and the gateway do not fit together. Reload it.',
  idempotency_mismatch: 'Press Generate again.',
  event_mismatch: 'Reload the page.',
  rate_limit_exceeded: 'Wait a little, then press Generate again.',
  insufficient_quota: 'Raise the budget of this key, or use another one.',
  internal_error: 'Try again. If it stays, tell whoever runs this gateway.',
  misconfigured: 'Whoever runs this gateway must mend the setting it names.',
  not_supported: 'This relay does not offer it.',
  relay_suspended: 'The relay refuses this gateway just now. Wait half a minute and try again.',
  try_again: 'Press Generate again; it is not paid twice.',
  not_cached: 'Generate it without the wish to use the cache only.',
  connection_failed: 'Check your connection, then try again; it is not paid twice.',
  unexpected_answer: 'Something between this page and the gateway answered. Try again.',
}

/**
 * @param {unknown} error
 * @returns {HTMLElement}
 */
export function showProblem(error) {
  if (!(error instanceof ApiError)) {
    return toBox(error instanceof Error ? error.message : 'Something failed.', null, 'Try again.')
  }
  return toBox(error.message, error.code, findAdvice(error.code))
}

/**
 * @param {{ code: string, message: string }} error
 * @param {...Node} more
 * @returns {HTMLElement}
 */
export function showFailure({ code, message }, ...more) {
  return toBox(message, code, findAdvice(code), ...more)
}

/** @param {string | null} code */
function findAdvice(code) {
  if (code === null) return 'Try again.'
  if (Object.hasOwn(failures, code)) {
    return failures[/** @type {keyof typeof failures} */ (code)].advice
  }
  return Object.hasOwn(advice, code)
    ? (advice[/** @type {keyof typeof advice} */ (code)] ?? '')
    : ''
}

/**
 * @param {string} message
 * @param {string | null} code
 * @param {string} whatToDo
 * @param {...Node} more
 */
function toBox(message, code, whatToDo, ...more) {
  return element(
    'div',
    { className: 'problem', role: 'alert' },
    element('p', { className: 'message' }, message),
    whatToDo === '' ? null : element('p', { className: 'advice' }, whatToDo),
    ...more,
    code === null ? null : element('p', { className: 'note' }, element('code', {}, code)),
  )
}
