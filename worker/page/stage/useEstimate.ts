// How long this model's last videos took, as the middle one of them. Null while none is known.

import { useEffect, useState } from 'preact/hooks'
import { useSession } from '../session/session.ts'

const LAST_RUNS = 10

export function useEstimate(model: string): number | null {
  const { api } = useSession()
  const [estimate, setEstimate] = useState<number | null>(null)
  useEffect(() => {
    let isWanted = true
    const find = async () => {
      const asked = api.list({ status: 'completed', model, limit: LAST_RUNS })
      // Without it the clock alone must do.
      const page = await asked.catch(() => null)
      const times = (page?.videos ?? [])
        .map(({ created_at, completed_at }) => ((completed_at ?? 0) - created_at) * 1000)
        .filter((ms) => ms > 0)
        .sort((one, other) => one - other)
      if (isWanted) setEstimate(times[Math.floor(times.length / 2)] ?? null)
    }
    void find()
    return () => {
      isWanted = false
    }
  }, [api, model])
  return estimate
}
