// `npm start` as a process, until it says that it runs; and what somebody does with what it prints.

import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../worker/cli/start.ts')

export interface Started {
  readonly child: ChildProcess
  /** What it printed until it was running, or until it stopped by itself. */
  readonly text: string
  /** null while it runs. */
  readonly code: number | null
}

/** `settings`: of .dev.vars in `folder`, where it starts. */
export function startProgram(
  folder: string,
  settings: string,
  flags: readonly string[] = [],
): Promise<Started> {
  writeFileSync(join(folder, '.dev.vars'), settings)
  const child = spawn(process.execPath, [program, '--port', '0', ...flags], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  })
  return new Promise((resolve) => {
    let text = ''
    const read = (data: Buffer) => {
      text += String(data)
      if (text.includes('Ctrl-C')) resolve({ child, text, code: null })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', (code) => resolve({ child, text, code }))
  })
}

export function stop({ child }: Started): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', resolve)
    child.kill('SIGINT')
  })
}

/** The printed command, sent by fetch: what it makes. */
export async function makeVideo(text: string): Promise<string> {
  const read = (pattern: RegExp) => pattern.exec(text)?.[1] ?? ''
  const response = await fetch(read(/curl -N (\S+)/), {
    method: 'POST',
    headers: {
      authorization: read(/-H '(?:Authorization): (Bearer \S+)'/),
      'content-type': 'application/json',
    },
    body: read(/-d '(.*)'/),
  })
  return await response.text()
}
