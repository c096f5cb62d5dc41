// The same request through a gateway that others use: what it adds to the first event, and how often
// it asks the relay when a tool asks again.

import { follow, readAtOnce, type Way } from './latency.ts'
import { createPool } from './http.ts'
import { median, medianDifference, medianRatio, takeTurns } from './measure.ts'
import { PORTKEY_VERSION, startPortkey } from './portkey.ts'
import type { Row } from './row.ts'
import { toMs, toTimes } from './row.ts'
import type { Site } from './site.ts'

const section = 'Beside a peer'
const name = `Portkey's gateway ${PORTKEY_VERSION} on Node`
const ROUNDS = 100
/** What a tool does that gave up waiting and asks again. */
const SAME = 10

export async function measurePeer(site: Site): Promise<Row[]> {
  const peer = await startPortkey()
  try {
    const path = '/v1/chat/completions'
    const word = (percent: number) => `Progress ${percent}...`
    const ways = {
      direct: { url: `${site.relay.origin}${path}`, headers: {}, word },
      ours: {
        url: `${site.gateway.url}${path}`,
        headers: { authorization: `Bearer ${site.key}` },
        word: (percent) => `… ${percent} %`,
      },
      peer: { url: `${peer.url}${path}`, headers: peer.headersFor(site.relay.baseUrl), word },
    } as const satisfies Record<string, Way>
    const pool = createPool(SAME)
    const steps: Record<keyof typeof ways, number[]> = { direct: [], ours: [], peer: [] }
    const runOf = (way: keyof typeof ways) => async () => {
      const { first, rest } = await follow(site, pool, ways[way])
      steps[way].push(median(rest))
      return first
    }
    const first = await takeTurns(ROUNDS, {
      direct: runOf('direct'),
      ours: runOf('ours'),
      peer: runOf('peer'),
    })
    const postsOf = async (way: keyof typeof ways) => {
      const before = site.relay.posts
      const prompt = `at once, the same ${SAME} times, ${way}`
      await Promise.all(Array.from({ length: SAME }, () => readAtOnce(pool, ways[way], prompt)))
      return site.relay.posts - before
    }
    const [ourPosts, peerPosts] = [await postsOf('ours'), await postsOf('peer')]
    pool.destroy()
    const addedByUs = medianDifference(first.ours, first.direct)
    const addedByPeer = medianDifference(first.peer, first.direct)
    return [
      {
        section,
        what: 'added to the first relay-derived event',
        ours: `+${toMs(addedByUs)}`,
        against: `+${toMs(addedByPeer)} (${name})`,
        verdict: toTimes(medianRatio(first.ours, first.peer)),
        target: null,
      },
      {
        section,
        what: 'added to each progress event after it',
        ours: `+${toMs(medianDifference(steps.ours, steps.direct))}`,
        against: `+${toMs(medianDifference(steps.peer, steps.direct))} (${name})`,
        verdict: toTimes(medianRatio(steps.ours, steps.peer)),
        target: null,
      },
      {
        section,
        what: `paid POSTs for ${SAME} identical requests at once`,
        ours: String(ourPosts),
        against: `${peerPosts} (${name})`,
        verdict: toTimes(ourPosts / peerPosts),
        target: null,
      },
    ]
  } finally {
    await peer.close()
  }
}
