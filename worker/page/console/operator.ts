// The operator's token, kept for this tab alone, and the client that it opens /admin with.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Client } from '../../../shared/client/client.ts'

const STORED = 'reelay.admin'

export function readToken(): string {
  return sessionStorage.getItem(STORED) ?? ''
}

export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(STORED)
  else sessionStorage.setItem(STORED, token)
}

const context = createContext<Client | null>(null)
export const OperatorProvider = context.Provider

export function useOperator(): Client {
  const client = useContext(context)
  if (client === null) throw new Error('There is no operator here.')
  return client
}
