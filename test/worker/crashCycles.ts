// Crash after crash at random moments while videos are being made in different ways, then the
// questions that matter: was anything paid twice, lost, taken back, or left without an end?

import { setTimeout as sleep } from 'node:timers/promises'
import type { WireEvent } from '../../shared/video/events.ts'
import { isTerminal } from '../../shared/video/events.ts'
import type { VideoResource } from '../../shared/video/video.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor, serveMedia } from '../relay/media/serve.ts'
import type { Scenario } from '../relay/scenario.ts'
import { speakDialect } from '../relay/scenario.ts'
import { cutAtProgress, silence } from '../relay/script.ts'
import { dribble } from '../relay/faults/volumes.ts'
import type { CrashingSite } from './crashingSite.ts'
import { followResponse, readLog } from './readEvents.ts'

/** Longest time from a POST to the crash, ms: a little more than a generation takes here. */
const LATEST_CRASH_MS = 700

interface Victim {
  readonly prompt: string
  id: string | null
  /** What a reader was shown before the crash. */
  seen: WireEvent[]
}

export interface CrashReport {
  readonly generations: number
  readonly completed: number
  readonly doubtful: number
  /** Sentences, one for each promise that was broken. */
  readonly broken: readonly string[]
}

/** More than one part of an upload. */
const LARGE = '&bytes=6000000'
const succeed = speakDialect('D1')
/** By the first word of a prompt: short, long, large, and one whose stream never ends by itself. */
const scenarios: Readonly<Record<string, Scenario>> = {
  quick: (visit) => succeed({ ...visit, job: { ...visit.job, stepMs: 5 } }),
  slow: succeed,
  large: (visit) => {
    const videoUrl = visit.job.videoUrl + LARGE
    return succeed({ ...visit, job: { ...visit.job, stepMs: 5, videoUrl } })
  },
  stalled: (visit) => cutAtProgress(succeed(visit), 61, [silence]),
}

export async function runCrashCycles(site: CrashingSite, cycles: number): Promise<CrashReport> {
  site.relay.setScenario((visit) => {
    const scenario = scenarios[visit.request.prompt.split(' ', 1)[0] ?? '']
    if (scenario === undefined) throw new Error(`no scenario for ${visit.request.prompt}`)
    return scenario(visit)
  })
  // Slow enough that crashes fall into downloads, too.
  site.relay.setDownload((visit) => dribble(serveMedia(visit), 64 * 1024, 4))

  const victims: Victim[] = []
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const fresh = Object.keys(scenarios).map((kind): Victim => ({
      prompt: `${kind} ${cycle}`,
      id: null,
      seen: [],
    }))
    victims.push(...fresh)
    const watching = fresh.map((victim) => watch(site, victim))
    // Every second crash may come before anybody has an answer; a busy machine would make it all.
    while (cycle % 2 === 0 && fresh.some(({ id }) => id === null)) await sleep(5)
    await sleep(Math.random() * LATEST_CRASH_MS)
    await site.crash()
    await Promise.all(watching)
  }

  const broken: string[] = []
  const ends = await Promise.all(victims.map((victim) => examine(site, victim, broken)))
  return {
    generations: ends.length,
    completed: ends.filter((video) => video.status === 'completed').length,
    doubtful: ends.filter((video) => video.outcome === 'unknown').length,
    broken,
  }
}

/** Orders a video and reads along until the crash. */
async function watch(site: CrashingSite, victim: Victim): Promise<void> {
  try {
    victim.id = await order(site, victim)
    const events = await site.gateway.fetch(`/v1/videos/${victim.id}/events`, site.key)
    for await (const { data } of followResponse(events)) {
      victim.seen.push(JSON.parse(data) as WireEvent)
    }
  } catch {
    // The crash: what was told until then is what counts.
  }
}

async function order(site: CrashingSite, victim: Victim): Promise<string> {
  const response = await site.gateway.fetch('/v1/videos', site.key, {
    method: 'POST',
    body: JSON.stringify({ prompt: victim.prompt }),
  })
  // Beside a crash, whoever answers may be another gateway that was given the freed port.
  if (!response.ok) throw new Error(`${victim.prompt} was refused: ${response.status}`)
  return ((await response.json()) as VideoResource).id
}

async function examine(
  site: CrashingSite,
  victim: Victim,
  broken: string[],
): Promise<VideoResource> {
  const { relay, gateway, key } = site
  const { prompt, seen } = victim
  // Whoever never got an answer asks again, as any client does.
  const id = victim.id ?? (await order(site, victim))
  const log = await readLog(await gateway.fetch(`/v1/videos/${id}/events`, key))
  const video = (await (await gateway.fetch(`/v1/videos/${id}`, key)).json()) as VideoResource
  const claim = (holds: boolean, promise: string) => {
    if (!holds) broken.push(`${prompt}: ${promise}; it ended ${JSON.stringify(video.error)}`)
  }

  // None: the crash fell between the line that says "sent" and the sending.
  const posts = relay.postsOf(prompt)
  claim(posts <= 1, `at most one POST, not ${posts}`)
  const terminals = log.filter((event) => isTerminal(event))
  claim(terminals.length === 1 && terminals[0] === log.at(-1), 'one terminal event, the last one')
  const told = log.slice(0, seen.length).map(toFact)
  claim(seen.map(toFact).join() === told.join(), 'what a reader was told stays in the log')
  if (video.status === 'completed') {
    const url = relay.billed.find((job) => job.prompt === prompt)?.videoUrl ?? ''
    const content = await gateway.fetch(`/v1/videos/${id}/content`, key)
    const stored = Buffer.from(await content.arrayBuffer())
    // A task page knows a large video by its plain address.
    const whole = [url, url + LARGE].map((link) => readWhole(mediaFor(new URL(link))))
    claim(
      whole.some((bytes) => stored.equals(bytes)),
      'the video is whole',
    )
    claim(posts === 1 && video.charge === 'certain', 'a video was paid for, once')
  } else {
    claim(video.charge === 'possible' && video.outcome === 'unknown', 'doubt is called doubt')
  }
  return video
}

/** Links are signed afresh for each reader; everything else never changes. */
function toFact(event: WireEvent): string {
  return event.type === 'completed'
    ? `${event.offset} completed ${event.video.id}`
    : JSON.stringify(event)
}
