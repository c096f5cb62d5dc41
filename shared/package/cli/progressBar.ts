// Progress on stderr: one line that is drawn over where a person watches, a line for each phase and each
// quarter where nobody does. No colour, no escapes when it is piped.

import type { Progress } from '../generate.ts'

const width = 24

export interface ProgressBar {
  readonly show: (progress: Progress) => void
  /** Before anything else is written. */
  readonly clear: () => void
}

export function createProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const begun = Date.now()
  let last = ''
  if (!stream.isTTY) {
    return {
      show({ id, phase, status, progress }) {
        const line = `${id} ${status === 'completed' ? 'completed' : phase} ${progress - (progress % 25)} %`
        if (line !== last) stream.write(`${line}\n`)
        last = line
      },
      clear: () => undefined,
    }
  }
  return {
    show({ phase, progress }) {
      const done = Math.round((progress / 100) * width)
      const bar = '█'.repeat(done) + '░'.repeat(width - done)
      const seconds = Math.round((Date.now() - begun) / 1000)
      stream.write(`\r\u001b[2K${bar} ${String(progress).padStart(3)} %  ${phase}  ${seconds} s`)
    },
    clear: () => void stream.write('\r\u001b[2K'),
  }
}
