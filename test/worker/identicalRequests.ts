// Many identical requests at the same moment: a third as videos, a third as chat streams, a third
// as whole chats.

import type { VideoResource } from '../../shared/video/video.ts'
import { toChatAnswer } from './chatAnswer.ts'
import { readEvents } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

/** The video's id, as each of them was told it; throws unless each also got the video. */
export async function submitIdenticalRequests(
  site: Site,
  prompt: string,
  count: number,
): Promise<string[]> {
  const chat = { model: 'sora-2', messages: [{ role: 'user', content: prompt }] }
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      if (n % 3 === 0) return toFinished((await submitVideo(site, prompt)).video)
      if (n % 3 === 1) {
        const whole = await site.post('/v1/chat/completions', chat)
        return toFinished(((await whole.json()) as { video?: VideoResource }).video ?? null)
      }
      const body = { ...chat, stream: true }
      const answer = toChatAnswer(await readEvents(await site.post('/v1/chat/completions', body)))
      if (!answer.isDone) throw new Error('a stream did not end with its video')
      return answer.videoId
    }),
  )
}

function toFinished(video: VideoResource | null): string {
  if (video?.status !== 'completed') throw new Error(`no video: ${JSON.stringify(video)}`)
  return video.id
}
