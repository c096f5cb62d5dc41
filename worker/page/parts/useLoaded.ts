// Loads something when a component appears or what it depends on changes, and again when asked to.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

export interface Loaded<Value> {
  readonly value: Value | null
  readonly error: unknown
  readonly isLoading: boolean
  readonly reload: () => Promise<void>
  readonly set: (value: Value) => void
}

export function useLoaded<Value>(
  load: () => Promise<Value>,
  dependencies: readonly unknown[],
): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isLoading, setLoading] = useState(true)
  const turn = useRef(0)
  // What it reads is named by whoever calls.
  const reload = useCallback(async () => {
    const own = ++turn.current
    setLoading(true)
    try {
      const found = await load()
      // An answer that comes late belongs to what is asked no more.
      if (own !== turn.current) return
      setValue(found)
      setError(null)
    } catch (problem) {
      if (own === turn.current) setError(problem)
    } finally {
      if (own === turn.current) setLoading(false)
    }
  }, dependencies)
  useEffect(() => {
    void reload()
    return () => {
      turn.current++
    }
  }, [reload])
  return { value, error, isLoading, reload, set: setValue }
}
