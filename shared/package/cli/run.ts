// `reelay <command>`: one command, its exit code. What a program reads goes to stdout, what people read
// beside it to stderr.

import { ReelayError } from '../error.ts'
import { UserError } from './userError.ts'
import { runCheck } from './check.ts'
import { Interrupted, runGenerate } from './generate.ts'
import { runKeys } from './keys.ts'
import { runCancel, runDelete, runGet, runList, runModels } from './videos.ts'

const usage = `Usage: reelay <command> [options]

  generate "PROMPT" [--out boat.mp4]   make a video; --help has every option
  get ID [--out FILE]                  a video as it stands, or its file
  list [--limit N] [--after ID] [--order asc|desc]
  cancel ID                            end it, for everybody who waits for it
  delete ID                            remove a video that has ended
  models                               what may be asked for
  check                                is the gateway there, does it take the key, does its relay answer
  keys create|list|rotate|revoke       API keys, with the gateway's ADMIN_TOKEN

  --json            what the gateway answered, for programs
  --base-url URL    default REELAY_BASE_URL
  --api-key KEY     default REELAY_API_KEY

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
export async function run([name = '', ...args]: readonly string[]): Promise<number> {
  if (['', '--help', '-h', 'help'].includes(name)) {
    console.log(usage)
    return name === '' ? 2 : 0
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new UserError(`There is no command ${name}.\n\n${usage}`)
    await command(args)
    return 0
  } catch (error) {
    return explain(error)
  }
}

function explain(error: unknown): number {
  if (error instanceof UserError) {
    console.error(error.message)
    return 2
  }
  if (error instanceof Interrupted) {
    console.error(error.message)
    return 130
  }
  if (!(error instanceof ReelayError)) throw error
  const { message, advice, requestId, code, charge } = error
  console.error(`${code}: ${message}`)
  console.error(`  charge  ${charge}`)
  console.error(`  advice  ${advice}`)
  if (error.video !== null) console.error(`  video   ${error.video.id}`)
  if (requestId !== null) console.error(`  request ${requestId}`)
  if (code === 'misconfigured' && error.status === 0) return 2
  if (charge !== 'none') return 4
  return code === 'connection_failed' ? 3 : 1
}
