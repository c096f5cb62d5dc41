// How long this model's last videos took, as the middle one of them. Null while none is known: then the
// clock alone must do.

import { useLoaded } from '../parts/useLoaded.ts'
import { useSession } from '../session/session.ts'

const LAST_RUNS = 10

export function useEstimate(model: string): number | null {
  const { api } = useSession()
  const { value } = useLoaded(async () => {
    const { videos } = await api.list({ status: 'completed', model, limit: LAST_RUNS })
    const times = videos
      .map(({ created_at, completed_at }) => ((completed_at ?? 0) - created_at) * 1000)
      .filter((ms) => ms > 0)
      .sort((one, other) => one - other)
    return times[Math.floor(times.length / 2)] ?? null
  }, [api, model])
  return value
}
