// `reelay <command>`: one command, its exit code. What a program reads goes to stdout, what people read
// beside it to stderr.

import packageJson from '../package.json' with { type: 'json' }
import { ReelayError } from '../error.ts'
import { printJson } from './options.ts'
import { UserError } from './userError.ts'
import { runCheck } from './check.ts'
import { Interrupted, runGenerate } from './generate.ts'
import { runKeys } from './keys.ts'
import { runCancel, runDelete, runGet, runList, runModels } from './videos.ts'

const usage = `Usage: reelay <command> [options]

  generate "PROMPT" [--out boat.mp4]   make a video; --help has every option
  get ID [--wait] [--out FILE]         a video as it stands, or its file; --wait waits for its end
  list [--limit N] [--status completed]   --help has every option
  cancel ID                            end it, for everybody who waits for it
  delete ID                            remove a video that has ended
  models                               what may be asked for
  check                                is the gateway there, does it take the key, does its relay answer
  keys create|list|rotate|revoke       API keys, with the gateway's ADMIN_TOKEN

  --json            what the gateway answered, for programs; of what went wrong, {"error": {…}}
  --base-url URL    default REELAY_BASE_URL
  --api-key KEY     default REELAY_API_KEY
  --version, --help

Exit codes
  0    done
  1    refused or failed, and not charged
  2    the command line or a setting is wrong
  3    the gateway does not answer
  4    it failed, and was or may have been charged
  130  interrupted; stderr says what becomes of the video`

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  generate: runGenerate,
  get: runGet,
  list: runList,
  cancel: runCancel,
  delete: runDelete,
  models: runModels,
  check: runCheck,
  keys: (args) => runKeys(args, 'reelay keys'),
}

/** The exit code. */
export async function run(words: readonly string[]): Promise<number> {
  const [name = '', ...args] = words
  if (['', '--help', '-h', 'help'].includes(name)) {
    console.log(usage)
    return name === '' ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    console.log(packageJson.version)
    return 0
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new UserError(`There is no command ${name}.\n\n${usage}`)
    await command(args)
    return 0
  } catch (error) {
    const problem = toProblem(error)
    console.error(problem.text)
    if (args.includes('--json') && problem.told !== null) printJson({ error: problem.told })
    return problem.exitCode
  }
}

/** For whoever reads, for a program, and for a shell. */
interface Problem {
  readonly text: string
  readonly told: object | null
  readonly exitCode: number
}

function toProblem(error: unknown): Problem {
  if (error instanceof UserError) {
    const { message, exitCode, isTold } = error
    const [first = ''] = message.split('\n')
    const told = isTold ? null : { code: 'command_failed', message: first }
    return { text: message, told, exitCode }
  }
  if (error instanceof Interrupted) {
    const { message, video } = error
    return { text: message, told: { code: 'interrupted', message, video }, exitCode: 130 }
  }
  if (!(error instanceof ReelayError)) throw error
  const { code, message, charge, outcome, advice, param, requestId, video } = error
  const lines = [`${code}: ${message}`, `  charge  ${charge}`, `  advice  ${advice}`]
  if (video !== null) lines.push(`  video   ${video.id}`)
  if (requestId !== null) lines.push(`  request ${requestId}`)
  const told = { code, message, charge, outcome, advice, param, request_id: requestId, video }
  return { text: lines.join('\n'), told, exitCode: toExitCode(error) }
}

function toExitCode({ code, status, charge }: ReelayError): number {
  if (code === 'misconfigured' && status === 0) return 2
  if (charge !== 'none') return 4
  return code === 'connection_failed' ? 3 : 1
}
