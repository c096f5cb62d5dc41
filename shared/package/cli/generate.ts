// `reelay generate`: a video from a prompt, in a file if one is named. An interrupt ends the wait and says
// what becomes of the video: it goes on, unless it is to be cancelled.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { createIdempotencyKey, type GenerateRequest, type Image } from '../request.ts'
import type { Reelay } from '../reelay.ts'
import type { Progress, WaitOptions } from '../generate.ts'
import type { Video } from '../video.ts'
import { connect, flag, printJson, read, text, toNumber } from './options.ts'
import { checkOut, saveVideo } from './out.ts'
import { createProgressBar, type ProgressBar } from './progressBar.ts'
import { UserError } from './userError.ts'

const usage = `Usage: reelay generate "PROMPT" [options]

  --out FILE            where the video goes; without one its link is printed
  --model ID            default: the gateway's first
  --seconds N  --size 1280x720  --aspect-ratio 16:9  --resolution 720p
  --image FILE|URL      the first frame
  --last-frame FILE|URL
  --reference FILE|URL  who or what is to be seen; may come again
  --negative-prompt TEXT  --seed N
  --set NAME=VALUE      any other field of the API; may come again
  --new                 generate anew although an identical video is stored
  --accept-possible-charge   also where an identical one may have been charged
  --idempotency-key KEY the same key is the same video, for 7 days
  --detach              print the id and do not wait
  --on-interrupt leave|cancel|ask   what Ctrl-C does to the video; default ask, where there is a person
  --quiet               no progress
  --json  --base-url URL  --api-key KEY`

const many = { type: 'string', multiple: true } as const
const options = {
  out: text,
  model: text,
  seconds: text,
  size: text,
  'aspect-ratio': text,
  resolution: text,
  image: text,
  'last-frame': text,
  reference: many,
  'negative-prompt': text,
  seed: text,
  set: many,
  new: flag,
  'accept-possible-charge': flag,
  'idempotency-key': text,
  detach: flag,
  'on-interrupt': text,
  quiet: flag,
} as const

/** The person at the terminal ended the wait. */
export class Interrupted extends Error {
  /** The id of what was waited for, if it had one. */
  readonly video: string | null

  constructor(message: string, video: string | null) {
    super(message)
    this.video = video
  }
}

export async function runGenerate(args: readonly string[]): Promise<void> {
  const parsed = read(args, usage, options, 1)
  if (parsed === null) return
  const { values, word: prompt } = parsed
  const onInterrupt = toChoice(values['on-interrupt'])
  await checkOut(values.out)
  const request: GenerateRequest = {
    ...toFields(values.set ?? []),
    prompt,
    model: values.model,
    seconds: values.seconds,
    size: values.size,
    aspect_ratio: values['aspect-ratio'],
    resolution: values.resolution,
    negative_prompt: values['negative-prompt'],
    seed: toNumber('seed', values.seed),
    input_reference: await toImage(values.image),
    last_frame: await toImage(values['last-frame']),
    ...(values.reference !== undefined && {
      reference_images: await Promise.all(values.reference.map(readImage)),
    }),
    ...(values['accept-possible-charge'] && { accept_possible_charge: true }),
  }
  const reelay = connect(values)
  const how = {
    idempotencyKey: values['idempotency-key'] ?? createIdempotencyKey(),
    ...(values.new && { cacheControl: 'no-cache' }),
  }
  if (values.detach) {
    const begun = await reelay.create(request, how)
    return values.json ? printJson(begun) : console.log(begun.id)
  }
  let isFirst = true
  await waitFor(reelay, { ...values, onInterrupt }, ({ signal, onProgress }) =>
    reelay.generate(request, {
      ...how,
      signal,
      onProgress(progress) {
        if (isFirst && progress.status === 'completed' && !values.quiet) {
          console.error('This video was there already. --new makes another, and pays for it.')
        }
        isFirst = false
        onProgress?.(progress)
      },
    }),
  )
}

interface Wish {
  readonly out?: string | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly onInterrupt: Choice
}

/** With progress, and with Ctrl-C; then the file, the link or the JSON. */
export async function waitFor(
  reelay: Reelay,
  { out, json, quiet, onInterrupt }: Wish,
  work: (options: WaitOptions) => Promise<Video>,
): Promise<void> {
  const bar = createProgressBar()
  const wait = watchInterrupts(reelay, onInterrupt, bar, out)
  try {
    const { signal } = wait
    const onProgress = (progress: Progress) => {
      wait.id = progress.id
      if (!quiet) bar.show(progress)
    }
    const video = await work({ signal, onProgress })
    if (out !== undefined) await saveVideo(video, out, { signal })
    bar.clear()
    if (json) printJson(video)
    else console.log(out ?? video.url)
  } catch (error) {
    bar.clear()
    // Also when the cancelled video's own end arrived first.
    throw wait.interrupted ?? error
  } finally {
    wait.end()
  }
}

export type Choice = 'leave' | 'cancel' | 'ask'

export function toChoice(given: string | undefined): Choice {
  const isWatched = process.stdin.isTTY && process.stderr.isTTY
  const choice = given ?? (isWatched ? 'ask' : 'leave')
  if (choice === 'leave' || choice === 'cancel' || choice === 'ask') return choice
  throw new UserError(`--on-interrupt must be leave, cancel or ask, got ${JSON.stringify(given)}`)
}

interface Wait {
  readonly signal: AbortSignal
  /** The video's, once it has one. */
  id: string | null
  readonly interrupted: Interrupted | null
  end(): void
}

function watchInterrupts(reelay: Reelay, choice: Choice, bar: ProgressBar, out = 'boat.mp4'): Wait {
  const controller = new AbortController()
  let interrupted: Interrupted | null = null
  let isAsking = false
  const stop = (message: string) => {
    interrupted = new Interrupted(message, wait.id)
    controller.abort(interrupted)
  }
  const decide = async (): Promise<void> => {
    bar.clear()
    const { id } = wait
    if (id === null) {
      return stop('Interrupted before the gateway answered. If it was asked, the video goes on.')
    }
    const goesOn = `The video goes on: ${id}. Fetch it with: reelay get ${id} --out ${out} --wait`
    // A second Ctrl-C while it is asked.
    if (isAsking || choice === 'leave') return stop(goesOn)
    if (choice === 'ask') {
      isAsking = true
      if (!(await ask(`Cancel ${id}, for everybody who waits for it? [y/N] `))) return stop(goesOn)
    }
    interrupted = new Interrupted(`Cancelled: ${id}.`, id)
    const { status, charge } = await reelay.cancel(id)
    const what = status === 'failed' ? 'Cancelled' : 'It was made already, and is kept'
    stop(`${what}: ${id}, charge ${charge}.`)
  }
  const onSignal = () => {
    decide().catch((error: unknown) => {
      interrupted = null
      controller.abort(error)
    })
  }
  process.on('SIGINT', onSignal)
  const wait: Wait = {
    signal: controller.signal,
    id: null,
    get interrupted() {
      return interrupted
    },
    end: () => void process.off('SIGINT', onSignal),
  }
  return wait
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(question)).trim())
  } catch {
    // The terminal is gone, or Ctrl-C ended the question.
    return false
  } finally {
    terminal.close()
  }
}

/** `--set n=2 --set metadata='{"order":"17"}'`: JSON where it is some, else text. */
function toFields(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value = ''] = /^(\w+)=(.*)$/s.exec(pair) ?? []
      if (name === undefined) throw new UserError(`--set must be NAME=VALUE, got ${pair}`)
      return [name, tryJson(value)]
    }),
  )
}

function tryJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

async function toImage(given: string | undefined): Promise<Image | undefined> {
  return given === undefined ? undefined : await readImage(given)
}

async function readImage(given: string): Promise<Image> {
  if (/^(?:https?|data):/i.test(given)) return given
  if (!existsSync(given)) throw new UserError(`There is no file ${given}.`)
  return await readFile(given)
}
