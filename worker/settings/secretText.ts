// Secrets that whoever holds one link or id could try out at home, a thousand million a second: they
// must be long, and no text that stands in our own examples.

import { ConfigError } from './configError.ts'

const LEAST_LENGTH = 32
/** What an operator may have copied from the project. */
const examples = new Set(['a-long-random-text', 'a long random text'])
const howTo = 'Make one with `openssl rand -base64 32`.'

/** @throws ConfigError that names the setting and shows nothing of the secret */
export function checkSecret(name: string, secret: string): string {
  if (examples.has(secret.toLowerCase())) {
    throw new ConfigError(`${name} still holds the text of an example. ${howTo}`)
  }
  if (secret.length >= LEAST_LENGTH) return secret
  throw new ConfigError(
    `${name} is shorter than ${LEAST_LENGTH} characters, so it can be guessed from a link. ${howTo}`,
  )
}

/** The parts of `new,old`, each of them checked. */
export function toSecrets(name: string, list = ''): string[] {
  const parts = list.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').map((part) => checkSecret(name, part))
}
