// Who is at the page: the key, what it opens and has spent, and whether the line is up. One for the whole
// page; components read it with `useSession`.

import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks'
import type { Client } from '../../../shared/client/client.ts'
import type { Model, Usage } from '../../../shared/package/wire.ts'
import { createGatewayClient } from './gatewayClient.ts'
import { forgetKey, isRemembered, storeKey, takeKey } from './keyStore.ts'

export type Scope = 'generate' | 'read' | 'manage'

export interface Session {
  readonly key: string
  readonly api: Client
  /** `out`: no key; `refused`: this one is not taken, for the reason in `problem`. */
  readonly state: 'out' | 'checking' | 'in' | 'refused'
  readonly problem: unknown
  readonly models: readonly Model[]
  readonly usage: Usage | null
  readonly isSimulated: boolean
  readonly isLineUp: boolean
  readonly isRemembered: boolean
  can(scope: Scope): boolean
  enter(key: string, onDevice: boolean): void
  forget(): void
  refreshUsage(): Promise<void>
}

const context = createContext<Session | null>(null)
export const SessionProvider = context.Provider

export function useSession(): Session {
  const session = useContext(context)
  if (session === null) throw new Error('There is no session here.')
  return session
}

export function useNewSession(): Session {
  const [key, setKey] = useState(takeKey)
  const [state, setState] = useState<Session['state']>(key === '' ? 'out' : 'checking')
  const [problem, setProblem] = useState<unknown>(null)
  const [models, setModels] = useState<readonly Model[]>([])
  const [usage, setUsage] = useState<Usage | null>(null)
  const [isSimulated, setSimulated] = useState(false)
  const [isLineUp, setLineUp] = useState(navigator.onLine)
  const api = useMemo(() => createGatewayClient(key, '/v1', setLineUp), [key])

  useEffect(() => {
    void readHealth().then(setSimulated)
    const up = () => setLineUp(true)
    const down = () => setLineUp(false)
    // A link from `npm start` may be opened in a tab that has the page already.
    const take = () => setKey(takeKey())
    addEventListener('online', up)
    addEventListener('offline', down)
    addEventListener('hashchange', take)
    return () => {
      removeEventListener('online', up)
      removeEventListener('offline', down)
      removeEventListener('hashchange', take)
    }
  }, [])

  const refreshUsage = useCallback(async () => {
    // What it shows is old then, which is not worth a message.
    const answer = await api.call('GET', '/usage').catch(() => null)
    if (answer !== null) setUsage(answer as unknown as Usage)
  }, [api])

  useEffect(() => {
    if (key === '') return
    let isWanted = true
    setState('checking')
    const check = async () => {
      try {
        const asked = [api.call('GET', '/models'), api.call('GET', '/usage')]
        const [offered, used] = await Promise.all(asked)
        if (!isWanted) return
        setModels((offered as unknown as { data: readonly Model[] }).data)
        setUsage(used as unknown as Usage)
        setProblem(null)
        setState('in')
      } catch (error) {
        if (!isWanted) return
        setProblem(error)
        setState('refused')
      }
    }
    void check()
    return () => {
      isWanted = false
    }
  }, [api, key])

  return {
    key,
    api,
    state,
    problem,
    models,
    usage,
    isSimulated,
    isLineUp,
    isRemembered: isRemembered(),
    can: (scope) => usage?.key.scopes.includes(scope) ?? false,
    enter(next, onDevice) {
      storeKey(next, onDevice)
      setUsage(null)
      setState('checking')
      setKey(next)
    },
    forget() {
      forgetKey()
      setKey('')
      setUsage(null)
      setProblem(null)
      setState('out')
    },
    refreshUsage,
  }
}

async function readHealth(): Promise<boolean> {
  const answer = await fetch('/health').catch(() => null)
  const health: unknown = await answer?.json().catch(() => null)
  return (health as { simulated_relay?: boolean } | null)?.simulated_relay === true
}
