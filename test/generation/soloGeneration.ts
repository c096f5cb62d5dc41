// One generation by itself: the real class before a relay that answers well, with a store and an account
// of which any call can be left unanswered for ever.

import { createHash } from 'node:crypto'
import type { Bucket, StoredObject } from '../../shared/ports.ts'
import { Generation } from '../../worker/generation/generation.ts'
import type { GenerationSpec } from '../../worker/generation/row.ts'
import type { AccountPort, Settlement } from '../../worker/protocol.ts'
import type { Report } from '../../worker/report/report.ts'
import { SoloHost } from '../objects/soloHost.ts'
import { toLimits } from '../simulation/scenario.ts'
import { readWhole, toMd5 } from '../simulation/world/bucket.ts'
import { simulatedModels, simulatedRelays } from '../simulation/world/market.ts'
import { toMostBytes } from '../../worker/generation/archiving.ts'
import { Budget } from '../../worker/platform/budget.ts'
import { video } from '../simulation/world/files.ts'
import { speeches } from '../simulation/world/speech.ts'

export type Call = keyof Bucket | keyof AccountPort

/** Between two pieces of the relay's answer, ms. */
const GAP_MS = 20_000
/** A world's video has about a hundred bytes: that is several parts. */
const PART_BYTES = 32

export const DAY_MS = 24 * 60 * 60_000

export class SoloGeneration {
  readonly host: SoloHost<Generation>
  readonly settled: Settlement[] = []
  readonly reports: Report[] = []
  readonly objects = new Map<string, StoredObject>()
  /** Is never answered. */
  hanging: Call | null = null
  /** Are done, and answered with an error. */
  readonly failing = new Set<Call>()
  /** The store says that it holds nothing. */
  deniesAll = false
  /** The host of the video refuses it for good. */
  isLinkDead = false
  /** There is no chance to be had. */
  isWithoutChance = false
  /** Orders that reached the relay. */
  orders = 0
  /** How often the video was asked for at its host. */
  downloads = 0
  /** Calls that were made so far. */
  readonly calls = new Set<Call>()

  constructor({ isInParts }: { readonly isInParts: boolean }) {
    this.host = new SoloHost((lent) => {
      const answer = <T>(call: Call, perform: () => T): Promise<T> => {
        this.calls.add(call)
        return lent.wait(this.hanging === call ? Infinity : 10, () => {
          const done = perform()
          if (this.failing.has(call)) throw new Error('The answer was lost.')
          return done
        })
      }
      const sent = new Map<number, Uint8Array>()
      return new Generation({
        ...lent,
        report: (line) => void this.reports.push(line),
        random: (bytes) => {
          if (this.isWithoutChance) throw new Error('There is no chance to be had.')
          return lent.random(bytes)
        },
        relay: {
          send: async () => {
            this.orders += 1
            return { status: 200, header: () => null, body: speak(lent.wait) }
          },
        },
        outbound: {
          // Whoever tells no length is stored in parts.
          download: async () => {
            this.downloads += 1
            if (this.isLinkDead) return { ok: false, final: true, message: 'The link is dead.' }
            return { ok: true, length: isInParts ? null : video.byteLength, body: toBody() }
          },
          readText: async () => null,
        },
        bucket: {
          head: (key) =>
            answer('head', () => (this.deniesAll ? null : (this.objects.get(key) ?? null))),
          put: async (key, body, sha256) => {
            const whole = await readWhole(body)
            const stored = { bytes: whole.byteLength, sha256, etag: toMd5(whole) }
            return await answer('put', () => void this.objects.set(key, stored))
          },
          createUpload: () => answer('createUpload', () => 'upload'),
          uploadPart: async (_key, _upload, partNumber, body) => {
            const part = await readWhole(body)
            return await answer('uploadPart', () => {
              sent.set(partNumber, part)
              return { partNumber, etag: String(partNumber) }
            })
          },
          completeUpload: (key, _upload, parts) =>
            answer('completeUpload', () => {
              const bodies = parts.map((part) => sent.get(part.partNumber) ?? new Uint8Array())
              const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0)
              const sums = bodies.map((body) => Buffer.from(toMd5(body), 'hex'))
              const etag = `${toMd5(Buffer.concat(sums))}-${bodies.length}`
              this.objects.set(key, { bytes, sha256: null, etag })
            }),
          abortUpload: () => answer('abortUpload', () => undefined),
          delete: (key) => answer('delete', () => void this.objects.delete(key)),
        },
        partBytes: isInParts ? PART_BYTES : 4_096,
        createDigest,
        account: {
          settle: (_account, _id, settlement) =>
            answer('settle', () => void this.settled.push(settlement)),
          forget: () => answer('forget', () => undefined),
          suspend: () => answer('suspend', () => undefined),
          settleLate: () => answer('settleLate', () => undefined),
        },
        erase: async () => {
          const tables = lent.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")
          for (const { name } of tables) lent.sql.exec(`DROP TABLE "${String(name)}"`)
          lent.alarm.clear()
        },
        limits: toLimits(2 * DAY_MS),
        budget: new Budget(toMostBytes(PART_BYTES)),
        relays: simulatedRelays,
        models: simulatedModels,
      })
    })
  }

  get generation(): Generation {
    return this.host.object
  }

  async start(): Promise<void> {
    const body = { model: 'sora-2', messages: [{ role: 'user', content: 'a kite' }], stream: true }
    const spec: GenerationSpec = {
      account: 'acct_1',
      identity: {
        id: 'video_1',
        model: 'sora-2',
        prompt: 'a kite',
        size: '720x1280',
        seconds: '4',
        remixedFrom: null,
        metadata: {},
        createdAt: this.host.now,
      },
      request: {
        model: 'sora-2',
        prompt: 'a kite',
        seconds: '4',
        size: '720x1280',
        n: 1,
        pricedSeconds: '4',
        defaults: { seconds: '4', size: '720x1280' },
        body,
      },
    }
    await this.host.run(this.generation.start(spec, []))
  }
}

async function* speak(
  wait: <T>(ms: number, produce: () => T) => Promise<T>,
): AsyncGenerator<Uint8Array> {
  for (const piece of speeches.D1.pieces) {
    yield await wait(GAP_MS, () => piece)
  }
}

async function* toBody(): AsyncGenerator<Uint8Array> {
  yield video
}

function createDigest(algorithm: 'SHA-256' | 'MD5') {
  const hash = createHash(algorithm.replace('-', '').toLowerCase())
  return {
    update: async (bytes: Uint8Array) => void hash.update(bytes),
    hex: async () => hash.digest('hex'),
  }
}
