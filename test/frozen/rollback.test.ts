// An upgrade that is taken back: a later release opens the storage of an earlier one and goes on, is
// killed, and the earlier one opens what it left; then the later one comes again.

import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountSchema } from '../../worker/account/schema.ts'
import { directorySchema } from '../../worker/directory/directory.ts'
import { generationSchema } from '../../worker/generation/schema.ts'
import { schedulerSchema } from '../../worker/scheduler/schema.ts'
import { bundleToday } from '../gateway/startGateway.ts'
import { followDirectives } from '../relay/directives.ts'
import type { Download } from '../relay/media/serve.ts'
import type { Scenario } from '../relay/scenario.ts'
import { speakDialect } from '../relay/scenario.ts'
import { bytes, cutAtProgress, end, head, silence } from '../relay/script.ts'
import { Author } from './author.ts'
import {
  expectEnd,
  expectEnded,
  expectPages,
  isEnded,
  isOpen,
  PATIENTLY,
  readEnd,
  readVideo,
  toObject,
  withoutLinks,
} from './compare.ts'
import type { FrozenVideo } from './expected.ts'
import { findDatabases, foldLogs } from './files.ts'
import { bundleWithSteps } from './laterRelease.ts'
import type { OpenedStorage } from './openStorage.ts'
import { openStorage, readWorker, releases, TEN_MINUTES_MS } from './openStorage.ts'
import { RECEIVER, serveSmall } from './outside.ts'

/** What a later release leaves open, and how the earlier one ends it. */
const left = {
  'later, running with a task page': 'completed',
  'later, running without a trace': 'outcome_unknown',
  'later, queued': 'completed',
  'later, archiving': 'completed',
} as const

const column = (mark: string) => [
  `ALTER TABLE ${mark} ADD COLUMN later TEXT`,
  `CREATE TABLE later (${mark} TEXT PRIMARY KEY)`,
  `CREATE INDEX later_${mark} ON ${mark} (later)`,
]
const schemas = [generationSchema, accountSchema, schedulerSchema, directorySchema]
const laterReleases = [
  { name: 'this release', steps: 0, bundle: bundleToday },
  {
    name: 'a release whose tables have grown',
    steps: column('any').length,
    bundle: () => bundleWithSteps(column),
  },
] as const

const pairs = releases.flatMap((earlier) => laterReleases.map((later) => ({ ...later, earlier })))

describe.each(pairs)('$earlier, $name, back and forward', ({ earlier, steps, bundle }) => {
  let storage: OpenedStorage
  let later: string
  let author: Author
  /** What the later release made, as it was when it was killed. */
  let made: Record<string, FrozenVideo>
  /** The same, as the earlier one read it at last. */
  let ended: Record<string, FrozenVideo>
  let world: 'later' | 'earlier' = 'later'

  beforeAll(async () => {
    later = await bundle()
    storage = await openStorage(earlier, TEN_MINUTES_MS, arrange, later)
    author = new Author(storage.client)
    Object.assign(author.keys, storage.expected.keys)
  }, 120_000)
  afterAll(() => storage.close())

  function arrange({ relay }: OpenedStorage['outside']): void {
    const stopAt36 =
      (dialect: 'D1' | 'D3'): Scenario =>
      (visit) =>
        cutAtProgress(speakDialect(dialect)(visit), 36, [silence])
    const refuse: Scenario = function* () {
      yield head(429, { 'content-type': 'application/json', 'retry-after': '20' })
      yield bytes('{"error":{"message":"Too many requests, please wait","type":"new_api_error"}}')
      yield end
    }
    const scenarios: Readonly<Record<string, Scenario>> = {
      'later, running with a task page': stopAt36('D1'),
      'later, running without a trace': stopAt36('D3'),
      'later, queued': refuse,
    }
    relay.setScenario((visit) => {
      const scenario = world === 'later' ? scenarios[visit.request.prompt] : undefined
      return (scenario ?? followDirectives)(visit)
    })
    const hang: Download = () => [silence]
    relay.setDownload((visit) => {
      const job = relay.billed.find(({ videoUrl }) => videoUrl === visit.url.href)
      const hangs = world === 'later' && job?.prompt === 'later, archiving'
      return (hangs ? hang : serveSmall)(visit)
    })
  }

  const posts = (id: string | undefined) =>
    storage.outside.relay.requests.filter(({ headers }) => headers['idempotency-key'] === id).length
  const frozenOpen = () => Object.entries(storage.expected.videos).filter(([, one]) => isOpen(one))

  test('the later release goes on, ends some, makes new ones, and is killed', async () => {
    for (const [, video] of frozenOpen()) await readEnd(storage, video)
    await author.createKey('later', 'later')
    await author.createEndpoint('later', 'later')
    await author.createSchedule('later', 'later', { paused: true })
    const wait = true
    const webhook = { url: `${RECEIVER}/later` }
    const id = await author.order('later, completed', {
      key: 'later',
      wait,
      idempotent: true,
      body: { webhook, metadata: { note: 'später' }, seconds: '8' },
    })
    await author.order('later, remixed', { key: 'later', path: `/v1/videos/${id}/remix`, wait })
    await author.order('later, refused [fail:guardrail]', { wait })
    await author.order('later, doubtful [fault:504]', { key: 'later', wait, idempotent: true })
    for (const open of Object.keys(left)) await author.order(open, { idempotent: true })
    await author.untilEvent('later, running with a task page', 'progress')
    await author.untilEvent('later, running without a trace', 'progress')
    await author.untilEvent('later, archiving', 'archiving')
    await author.untilEvent('later, queued', 'phase')
    for (const path of ['/v1/webhook_endpoints', '/v1/schedules', '/v1/videos']) {
      await author.read('later', path)
    }
    await author.read('admin', '/admin/keys?account=later')
    made = await author.readVideos()
    const open = Object.entries(made).filter(([, video]) => isOpen(video))
    expect(open.map(([one]) => one).sort()).toEqual(Object.keys(left).sort())
    expect(storage.reports).toEqual([])
  })

  test('the earlier release reads all that it could know', async () => {
    world = 'earlier'
    await storage.restart(await readWorker(earlier))
    author.client = storage.client
    for (const video of Object.values(storage.expected.videos).filter(isEnded)) {
      await expectEnded(storage, video)
    }
    await expectPages(storage)
    for (const { key, path, status, body } of author.reads) {
      const { client } = storage
      const answer = await (key === 'admin'
        ? client.admin(path)
        : client.call(author.keys[key]?.key ?? '', path))
      expect(answer.status, path).toBe(status)
      // It may say less than the later one did.
      expect(withoutLinks(body, ['next_runs']), path).toMatchObject(
        toObject(answer.body, ['next_runs']),
      )
    }
    for (const [one, video] of Object.entries(made).filter(([, made]) => isEnded(made))) {
      const { key } = author.keys[video.key] ?? { key: '' }
      const { body } = await storage.client.call(key, `/v1/videos/${video.id}`)
      expect(withoutLinks(video.body), one).toMatchObject(toObject(body))
    }
  })

  test('the earlier release ends what is open, once, and pays nothing again', async () => {
    for (const [, video] of frozenOpen()) await readEnd(storage, video)
    for (const [one, wanted] of Object.entries(left)) {
      const video = made[one]
      if (video === undefined) throw new Error(`no ${one}`)
      await expectEnd(storage, video, wanted)
    }
    for (const { video, key, path, body, idempotencyKey } of author.orders) {
      const headers = { 'idempotency-key': idempotencyKey }
      const answer = await storage.client.call(author.keys[key]?.key ?? '', path, { body, headers })
      expect(answer, video).toMatchObject({ status: 200, body: { id: author.video(video).id } })
    }
    for (const [one, { id }] of Object.entries(made)) {
      expect(posts(id), one).toBe(one === 'later, queued' ? 2 : 1)
    }
    const prompts = storage.outside.relay.billed.map(({ prompt }) => prompt)
    expect(prompts).toEqual([...new Set(prompts)])
    await author.order('earlier, completed', { key: 'later', wait: true, idempotent: true })
    expect(storage.reports).toEqual([])
    ended = await author.readVideos()
  })

  test('the later release comes again, and nothing is missing', async () => {
    await storage.restart(later)
    author.client = storage.client
    for (const video of Object.values(storage.expected.videos).filter(isEnded)) {
      await expectEnded(storage, video)
    }
    await expectPages(storage)
    expect(Object.values(ended).filter(isOpen)).toEqual([])
    const read = await author.readVideos()
    for (const [one, { body, events, sha256 }] of Object.entries(ended)) {
      expect(withoutLinks(read[one]?.body ?? null), one).toMatchObject(toObject(body))
      expect(withoutLinks(read[one]?.events ?? null), one).toMatchObject(toObject(events))
      expect(read[one]?.sha256, one).toBe(sha256)
    }
    // Whatever the earlier one said less of is still there.
    for (const [one, { body }] of Object.entries(made).filter(([, made]) => isEnded(made))) {
      expect(withoutLinks(read[one]?.body ?? null), one).toEqual(withoutLinks(body))
    }
    const before = storage.outside.relay.requests.length
    await author.order('later again', { key: 'later', wait: true })
    expect(storage.outside.relay.requests).toHaveLength(before + 1)
    expect(storage.reports).toEqual([])
  })

  test('every object has taken the steps there are, whoever wrote to it last', async () => {
    await storage.gateway.close()
    await foldLogs(storage.folder)
    const found = new Set<string>()
    for (const file of await findDatabases(storage.folder)) {
      const database = new DatabaseSync(file)
      const has = (name: string) =>
        database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').all(name).length > 0
      // An account has generations, too.
      const schema = schemas.findLast(({ mark }) => has(mark))
      if (schema !== undefined) {
        const version = has('schema_version')
          ? database.prepare('SELECT version FROM schema_version').get()?.['version']
          : 0
        expect(version, file).toBe(schema.steps.length + steps)
        found.add(schema.mark)
      }
      database.close()
    }
    expect([...found].sort()).toEqual(schemas.map(({ mark }) => mark).sort())
  })
})

test.each(releases)('a step that fails in the storage of %s loses nothing', async (release) => {
  const broken = await bundleWithSteps((mark) => [
    ...column(mark),
    'ALTER TABLE ghost ADD COLUMN later TEXT',
  ])
  const storage = await openStorage(release, TEN_MINUTES_MS, () => {}, broken)
  try {
    const { id } = storage.video('completed')
    const main = storage.key('main').key
    for (const _ of [1, 2]) {
      const answer = await storage.client.call(main, `/v1/videos/${id}`)
      expect(answer.status).toBeGreaterThanOrEqual(500)
    }
    await storage.restart(await bundleWithSteps(column))
    await expect
      .poll(() => readVideo(storage, storage.video('completed')), PATIENTLY)
      .toMatchObject({ id, status: 'completed' })
    for (const video of Object.values(storage.expected.videos).filter(isEnded)) {
      await expectEnded(storage, video)
    }
  } finally {
    await storage.close()
  }
})
