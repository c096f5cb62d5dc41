// What a log line tells of an error: always its class and the places in our code; its message only
// when we know who wrote it. Known are our own classes, whose messages are literals and numbers, and
// some sentences of the runtime: SQL's name columns, never values. Every other message (fetch, R2, JSON,
// URL, Intl) may quote a caller, a relay or a link: then the class has to do.

interface ToldError {
  readonly error?: string
  readonly message?: string
  /** The innermost first, as `function (file:line:column)`. */
  readonly stack?: readonly string[]
  readonly cause?: ToldError
}

const ownClasses: ReadonlySet<string> = new Set([
  'Impossible',
  'LimitReached',
  'ObjectUnreached',
  'StoreError',
])

const knownMessages: readonly RegExp[] = [
  /: SQLITE_[A-Z_]+(?: \(extended: SQLITE_[A-Z_]+\))?$/,
  /^(?:Cannot resolve )?Durable Object [\w .,;'-]{1,200}$/,
  /^Network connection lost\.$/,
  /^internal error; reference = \w{1,40}$/,
  /^Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '[#$\w]{1,40}'\)$/,
]

/** Of which classes a message can be known: what quotes its input is never among them. */
const knownClasses: ReadonlySet<string> = new Set(['Error', 'TypeError'])

const MOST_FRAMES = 8
const MOST_CAUSES = 3
const frame = /^(?:async )?(?:new )?[\w.$#<>[\] ]{0,100}\(?[\w.-]{1,60}:\d+:\d+\)?$/

export function tellError(error: unknown, causes = 0): ToldError {
  if (!(error instanceof Error)) return { error: typeof error }
  const { name, message, cause } = error
  const stack = toFrames(error.stack ?? '')
  return {
    error: /^\w{1,40}$/.test(name) ? name : 'Error',
    ...(isKnown(name, message) && { message }),
    ...(stack.length > 0 && { stack }),
    ...(cause !== undefined && causes < MOST_CAUSES && { cause: tellError(cause, causes + 1) }),
  }
}

function isKnown(name: string, message: string): boolean {
  if (ownClasses.has(name)) return true
  return knownClasses.has(name) && knownMessages.some((known) => known.test(message))
}

/** Without folders, and without the message, which `stack` begins with and whose lines are no places. */
function toFrames(stack: string): string[] {
  return stack
    .split('\n')
    .flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? [])
    .map((place) => place.replace(/(?:file:\/\/)?[^\s()]*\//g, ''))
    .filter((place) => frame.test(place))
    .slice(0, MOST_FRAMES)
}
