// Values as people read them: times, money, sizes, phases, events.

const money = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
  trailingZeroDisplay: 'auto',
})

/** @param {number} usd */
export function toMoney(usd) {
  return money.format(usd)
}

/**
 * `1:05` for 65 seconds; what is not yet there counts as nothing.
 * @param {number} ms
 */
export function toClock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`
}

/** @param {number} seconds unix seconds */
export function toDateTime(seconds) {
  return new Date(seconds * 1000).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}

/**
 * The time of a day that is still on, the date of another.
 * @param {number} seconds unix seconds
 */
export function toShortTime(seconds) {
  const date = new Date(seconds * 1000)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString(undefined, { timeStyle: 'short' })
    : date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
}

/**
 * `1280 × 720`; anything else as it is.
 * @param {string} size
 */
export function toShape(size) {
  return size.replace('x', ' × ')
}

/** @type {Readonly<Record<import('../../../shared/video/events.ts').Phase, string>>} */
const phases = { queued: 'Queued', running: 'Generating', archiving: 'Storing' }

/** @param {import('../../../shared/video/events.ts').Phase} phase */
export function toPhaseName(phase) {
  return phases[phase]
}

/**
 * @param {import('../../../shared/video/events.ts').WireEvent} event
 * @returns {string}
 */
export function toEventLine(event) {
  switch (event.type) {
    case 'queued':
      return 'Accepted'
    case 'started':
      return event.attempt === 1
        ? 'Sent to the relay'
        : `Sent to the relay again (attempt ${event.attempt})`
    case 'progress':
      return `${event.progress} %`
    case 'phase':
      if (event.reason !== undefined) return `Refused for now (${event.reason}); will be sent again`
      return event.phase === 'queued' ? 'Waiting in the relay’s queue' : phases[event.phase]
    case 'preview':
      return 'A preview is there'
    case 'archiving':
      return 'Storing the video'
    case 'completed':
      return 'Stored'
    case 'failed':
      return `Failed: ${event.error.code}`
  }
}

/** @type {Readonly<Record<import('../../../shared/video/failures.ts').Charge, string>>} */
const charges = {
  none: 'Nothing was charged.',
  possible:
    'The relay may have charged for it. Its price is held for 24 hours, then counts as spent.',
  certain: 'The relay has charged for it.',
}

/** @param {import('../../../shared/video/failures.ts').Charge} charge */
export function toChargeLine(charge) {
  return charges[charge]
}
