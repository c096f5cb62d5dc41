// Loads something when a component appears or what it depends on changes, and again when asked to.

import { useCallback, useEffect, useState } from 'preact/hooks'

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
  // What it reads is named by whoever calls.
  const again = useCallback(load, dependencies)
  const reload = useCallback(async () => {
    setLoading(true)
    try {
      setValue(await again())
      setError(null)
    } catch (problem) {
      setError(problem)
    } finally {
      setLoading(false)
    }
  }, [again])
  useEffect(() => {
    let isWanted = true
    const first = async () => {
      setLoading(true)
      try {
        const found = await again()
        if (!isWanted) return
        setValue(found)
        setError(null)
      } catch (problem) {
        if (isWanted) setError(problem)
      } finally {
        if (isWanted) setLoading(false)
      }
    }
    void first()
    return () => {
      isWanted = false
    }
  }, [again])
  return { value, error, isLoading, reload, set: setValue }
}
