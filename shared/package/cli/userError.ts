// What the person at the terminal has to mend. Anything else is a defect and may show its stack.

interface Options {
  readonly exitCode?: 1 | 2 | 3
  readonly isTold?: boolean
  readonly cause?: unknown
}

export class UserError extends Error {
  /** 2 the command line or a setting, 3 nobody answers, 1 what was asked is refused or not well. */
  readonly exitCode: 1 | 2 | 3
  /** What a program reads of it was printed already. */
  readonly isTold: boolean

  constructor(message: string, { exitCode = 2, isTold = false, cause }: Options = {}) {
    super(message, { cause })
    this.exitCode = exitCode
    this.isTold = isTold
  }
}
