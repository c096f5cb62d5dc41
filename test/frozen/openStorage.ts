// Opens a frozen storage with the code as it is now, or with an older one, as if its gateway had been
// killed some time ago.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { killRuntime } from '../worker/killRuntime.ts'
import { Client } from './client.ts'
import type { Expected, FrozenKey, FrozenVideo } from './expected.ts'
import { settings } from './expected.ts'
import type { Methods } from './methods.ts'
import { unpackStorage } from './files.ts'
import type { Outside } from './outside.ts'
import { startOutside } from './outside.ts'
import { redate, redateStorage, toMove } from './redate.ts'

export const storages = join(import.meta.dirname, '../fixtures/storage')

/** Every release whose storage was frozen. */
export const releases = await readdir(storages)

/** What is planned for some minutes later is due by then, and nothing that lasts a day is over. */
export const TEN_MINUTES_MS = 600_000

/** The Worker of a release, as it was deployed. */
export async function readWorker(release: string): Promise<string> {
  return gunzipSync(await readFile(join(storages, release, 'worker.js.gz'))).toString('utf8')
}

export async function readFrozenMethods(release: string): Promise<Methods> {
  return JSON.parse(await readFile(join(storages, release, 'methods.json'), 'utf8')) as Methods
}

export interface OpenedStorage {
  /** Where its files are. */
  readonly folder: string
  readonly expected: Expected
  readonly outside: Outside
  readonly gateway: RunningGateway
  readonly client: Client
  /** What the gateway reported to its operator: nothing, if all is well. */
  readonly reports: readonly string[]
  key(name: string): FrozenKey
  video(name: string): FrozenVideo
  /** The secret of the key a video was ordered with. */
  secretOf(video: FrozenVideo): string
  /** Kills the gateway; the Worker with that code opens what it left. */
  restart(worker: string): Promise<void>
  close(): Promise<void>
}

/**
 * @param arrange what the world is to be like when the gateway wakes up
 * @param worker code of the Worker; default today's
 */
export async function openStorage(
  release: string,
  agoMs: number,
  arrange: (outside: Outside, expected: Expected) => void = () => {},
  worker?: string,
): Promise<OpenedStorage> {
  const source = join(storages, release)
  const written = JSON.parse(await readFile(join(source, 'expected.json'), 'utf8')) as Expected
  const move = toMove(written, agoMs, Date.now())
  const expected = redate(written, move)
  const folder = await mkdtemp(join(tmpdir(), 'reelay-frozen-'))
  await unpackStorage(source, folder)
  await redateStorage(folder, move)
  const outside = await startOutside(undefined, expected.jobs)
  arrange(outside, expected)
  const reports: string[] = []
  const start = (code: string | undefined) =>
    startGateway({
      relay: outside.relay,
      persistTo: folder,
      vars: settings,
      ...(code !== undefined && { worker: code }),
      onLog: (line) => void (isTrouble(line) && reports.push(line)),
    })
  let gateway = await start(worker)
  const key = (name: string) => find(expected.keys, name)
  return {
    folder,
    expected,
    outside,
    get gateway() {
      return gateway
    },
    get client() {
      return new Client(gateway)
    },
    reports,
    key,
    video: (name) => find(expected.videos, name),
    secretOf: (video) => key(video.key).key,
    async restart(code) {
      await killRuntime()
      await gateway.close()
      gateway = await start(code)
    },
    async close() {
      await gateway.close()
      await outside.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function find<Value>(named: Readonly<Record<string, Value>>, name: string): Value {
  const value = named[name]
  if (value === undefined) throw new Error(`The storage has no ${name}.`)
  return value
}

/** The runtime has lines of its own; the gateway's are JSON, and most only tell how things went. */
export function isTrouble(line: string): boolean {
  return /"what":.*"error":|"what":"slot (?:not started|missed)"/.test(line)
}
