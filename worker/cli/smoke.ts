// `npm run smoke -- --url https://…`: does a deployed gateway do what it should? Free, unless a video
// is asked for; says of each step what it did and what it saw.

import { parseArgs } from 'node:util'
import type { VideoResource } from '../../shared/video/video.ts'
import type { FromSchema } from '../../shared/wire/schema.ts'
import type * as answers from '../http/answers.ts'

const usage = `Usage: npm run smoke -- --url https://reelay.you.workers.dev [--video]

  --url URL  the gateway; default http://127.0.0.1:8787
  --video    also makes one video with the first model and its shortest length: that is paid

  REELAY_API_KEY in the environment: a key that may generate`

/** Longest wait for the video. */
const VIDEO_MS = 20 * 60_000
const POLL_MS = 5_000

type Health = FromSchema<typeof answers.Health>
type Models = FromSchema<typeof answers.ModelList>
type Usage = FromSchema<typeof answers.Usage>
type Model = Models['data'][number]

class Failed extends Error {}

async function run(): Promise<void> {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    options: { url: { ...text, default: 'http://127.0.0.1:8787' }, video: flag, help: flag },
  })
  if (values.help) return console.log(usage)
  const origin = URL.parse(values.url)?.origin
  const key = process.env['REELAY_API_KEY'] ?? ''
  if (origin === undefined) throw new Failed(`--url must be an address.\n\n${usage}`)
  if (key === '') throw new Failed(`REELAY_API_KEY is not set.\n\n${usage}`)

  const call = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${origin}${path}`, { redirect: 'error', headers, ...init }).catch(
      () => null,
    )
    if (response === null) throw new Failed(`${origin} does not answer.`)
    const answer = (await response.json().catch(() => null)) as {
      error?: { message?: string } | null
    } | null
    if (response.ok && answer !== null) return answer as Answer
    const said = answer?.error?.message ?? 'not a Reelay gateway?'
    throw new Failed(`${path} answered ${response.status}: ${said}`)
  }

  await step('the gateway answers', async () => {
    const health = await call<Health>('/health')
    return health.simulated_relay ? `${health.status}, with a simulated relay` : health.status
  })
  const model = await step('the key works', async () => {
    const { data } = await call<Models>('/v1/models')
    const [first] = data
    if (first === undefined) throw new Failed('there are no models')
    return { said: data.map(({ id }) => id).join(', '), first }
  })
  await step('its budget', async () => {
    const { key: money } = await call<Usage>('/v1/usage')
    const { budget_usd: limit } = money.limits
    return `${money.spent_usd} USD spent, ${limit === null ? 'no limit' : `of ${limit} USD`}`
  })
  await step('the description of the API', async () => {
    const { info } = await call<{ info: { title: string } }>('/openapi.json')
    return info.title
  })
  if (!values.video) return console.log('\nNo video was made. --video makes one, paid.')
  await step('a video', async () => await makeVideo(call, model.first, key))
}

async function step<Seen extends string | { said: string }>(
  name: string,
  look: () => Promise<Seen>,
): Promise<Seen> {
  // Where nobody watches, a line stands when the step is over.
  const isWatched = process.stdout.isTTY
  if (isWatched) process.stdout.write(`… ${name}`)
  const start = isWatched ? '\r' : ''
  const seen = await look().catch((error: unknown) => {
    process.stdout.write(`${start}✗ ${name}\n`)
    throw error
  })
  process.stdout.write(`${start}✓ ${name}: ${typeof seen === 'string' ? seen : seen.said}\n`)
  return seen
}

async function makeVideo(
  call: <Answer>(path: string, init?: RequestInit) => Promise<Answer>,
  { id: model, seconds }: Model,
  key: string,
): Promise<string> {
  const shortest = seconds.toSorted((a, b) => Number(a) - Number(b))[0]
  const prompt = `A paper boat on calm water, ${new Date().toISOString()}`
  const body = JSON.stringify({
    model,
    prompt,
    ...(shortest !== undefined && { seconds: shortest }),
  })
  const until = Date.now() + VIDEO_MS
  let video = await call<VideoResource>('/v1/videos', { method: 'POST', body })
  while (video.status !== 'completed' && video.status !== 'failed') {
    if (Date.now() > until) throw new Failed(`${video.id} goes on; it has taken 20 minutes`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    video = await call<VideoResource>(`/v1/videos/${video.id}`)
  }
  if (video.error !== null) throw new Failed(`${video.id}: ${video.error.message}`)
  const response = await fetch(video.url ?? '', { headers: { authorization: `Bearer ${key}` } })
  const bytes = (await response.bytes()).length
  if (!response.ok || bytes === 0) throw new Failed(`${video.id}: its link gives nothing`)
  return `${video.id}, ${model}, ${bytes} bytes`
}

try {
  await run()
} catch (error) {
  if (!(error instanceof Failed)) throw error
  console.error(error.message)
  process.exitCode = 1
}
