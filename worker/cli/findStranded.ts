// Videos of a running gateway whose relay these settings do not name any more: nobody may look at them,
// so a relay is taken out only when it has none. Asks the gateway, which costs nothing.

import type { FromSchema } from '../../shared/wire/schema.ts'
import { ConfigError } from '../settings/configError.ts'
import type * as answers from '../http/answers.ts'
import type { Relays } from '../settings/relays.ts'

export interface Stranded {
  /** Id of the relay that is gone. */
  readonly relay: string
  readonly videos: number
}

interface RunningGateway {
  /** Its origin. */
  readonly url: string
  readonly token: string
}

/** A doubt is looked at for so long. */
const DOUBT_SECONDS = 24 * 60 * 60
const ASK_MS = 30_000

/** @throws ConfigError when the gateway does not answer. */
export async function findStranded(
  gateway: RunningGateway,
  relays: Relays,
): Promise<readonly Stranded[]> {
  const counts = new Map<string, number>()
  const since = Date.now() / 1000 - DOUBT_SECONDS
  for (const query of ['status=running', 'status=failed&charge=possible']) {
    for await (const { relay, ended_at: endedAt } of listVideos(gateway, query)) {
      const isKnown = relay === null || relays.some(({ id }) => id === relay)
      if (isKnown || (endedAt !== null && endedAt < since)) continue
      counts.set(relay, (counts.get(relay) ?? 0) + 1)
    }
  }
  return [...counts].map(([relay, videos]) => ({ relay, videos }))
}

export function tellStranded({ relay, videos }: Stranded): string {
  const count = videos === 1 ? '1 video is' : `${videos} videos are`
  return `${relay}\n  no relay has this id any more, and ${count} under way there or in doubt: nobody looks at them. Keep it in RELAYS until they have ended.`
}

type Page = FromSchema<typeof answers.AdminVideoList>

async function* listVideos({ url, token }: RunningGateway, query: string) {
  let after: string | null = null
  do {
    const cursor = after === null ? '' : `&after=${encodeURIComponent(after)}`
    const page = await ask(`${url}/admin/videos?limit=100&${query}${cursor}`, token)
    yield* page.data
    after = page.next_after
  } while (after !== null)
}

async function ask(url: string, token: string): Promise<Page> {
  const { origin } = new URL(url)
  const response = await fetch(url, {
    // The token is for this gateway alone.
    redirect: 'error',
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ASK_MS),
  }).catch(() => null)
  if (response === null) {
    throw new ConfigError(`--gateway: ${origin} does not answer. Is it the gateway's address?`)
  }
  if (response.status !== 200) {
    const why = response.status === 401 ? 'does not take this ADMIN_TOKEN' : 'cannot tell'
    throw new ConfigError(`--gateway: ${origin} ${why} (${response.status}).`)
  }
  return (await response.json()) as Page
}
