// Opens a frozen storage with the code as it is now, as if its gateway had been killed some time ago.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { Client } from './client.ts'
import type { Expected, FrozenKey, FrozenVideo } from './expected.ts'
import { settings } from './expected.ts'
import { unpackStorage } from './files.ts'
import type { Outside } from './outside.ts'
import { startOutside } from './outside.ts'
import { redate, redateStorage, toMove } from './redate.ts'

const storages = join(import.meta.dirname, '../fixtures/storage')

/** Every release whose storage was frozen. */
export const releases = await readdir(storages)

/** What is planned for some minutes later is due by then, and nothing that lasts a day is over. */
export const TEN_MINUTES_MS = 600_000

export interface OpenedStorage {
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
  close(): Promise<void>
}

/** @param arrange what the world is to be like when the gateway wakes up */
export async function openStorage(
  release: string,
  agoMs: number,
  arrange: (outside: Outside, expected: Expected) => void = () => {},
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
  const gateway = await startGateway({
    relay: outside.relay,
    persistTo: folder,
    vars: settings,
    onLog: (line) => void (isTrouble(line) && reports.push(line)),
  })
  const key = (name: string) => find(expected.keys, name)
  return {
    expected,
    outside,
    gateway,
    client: new Client(gateway),
    reports,
    key,
    video: (name) => find(expected.videos, name),
    secretOf: (video) => key(video.key).key,
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

/** The runtime has lines of its own; the gateway's are JSON, and an attempt's end is no trouble. */
function isTrouble(line: string): boolean {
  return line.includes('"what":') && !line.includes('"what":"attempt ended"')
}
