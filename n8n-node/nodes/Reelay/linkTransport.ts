// Fetches what a link leads to, redirects included, as far as a stranger's link may lead: never from a
// relay on the internet to a machine nearby, and with the key to the relay itself alone.

import { ApiError, readText } from '../../../shared/client/error.ts'
import { isPrivateHost } from './canReach.ts'
import { createTransport, type NodeTransport, type RequestContext } from './transport.ts'

export interface LinkOptions {
  /** The address in the credential. */
  readonly near: string
  /** The link is the relay's own and opens only with its key. */
  readonly needsKey: boolean
  readonly idleMs: number
}

// Browsers allow 20; hosts of files use one or two.
const maxHops = 5

export function createLinkTransport(
  context: RequestContext,
  { near, needsKey, idleMs }: LinkOptions,
): NodeTransport {
  const keyed = createTransport(context, { authenticate: true, idleMs })
  const keyless = createTransport(context, { authenticate: false, idleMs })
  let answering = keyless
  return {
    async send(request) {
      let { url } = request
      for (let hop = 0; hop <= maxHops; hop++) {
        refuseFarther(near, url)
        answering = needsKey && hop === 0 ? keyed : keyless
        const response = await answering.send({ ...request, url })
        const location = isRedirect(response.status) ? response.header('location') : null
        if (location === null) return response
        // Leaving a body early closes its connection.
        await readText(response, 0)
        url = new URL(location, url).href
      }
      throw new ApiError('The link is redirected again and again', { code: 'link_refused' })
    },
    toReadable: (source) => answering.toReadable(source),
  }
}

/** n8n has a guard of its own, which is off by default and also knows what a name resolves to. */
function refuseFarther(near: string, url: string): void {
  const { protocol, hostname, username } = new URL(url)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  const isNear = isPrivateHost(new URL(near).hostname)
  if (isWeb && username === '' && (isNear || !isPrivateHost(hostname))) return
  throw new ApiError('The link of the video leads into a private network', { code: 'link_refused' })
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}
