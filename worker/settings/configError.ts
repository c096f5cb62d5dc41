// A setting that keeps the gateway from working. Its message is for the operator.

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Also one that another object has thrown: of its class only the name travels. */
export function isConfigError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConfigError'
}

/** A setting's value in a sentence about it. */
export function quote(value: string): string {
  return JSON.stringify(value.slice(0, 60))
}
