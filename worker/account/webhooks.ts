// Endpoints, their deliveries and callbacks as a caller manages them: create, change and list what
// the outbox serves.

import type { Page } from '../platform/table.ts'
import type { Refusal } from './refusal.ts'
import type { Chores } from './chores.ts'
import type { DeliveryRow } from './deliveries.ts'
import type { Endpoint, EndpointChange, NewEndpoint } from './endpoints.ts'
import type { NewCallback } from './outbox.ts'
import type { AccountParts } from './parts.ts'
import { refuseCallback, refusePending } from './refuseFree.ts'

/** Every end of a generation is sent to each endpoint, so their number is limited. */
export const MOST_ENDPOINTS = 50

export class Webhooks {
  readonly #parts: AccountParts
  readonly #chores: Chores

  constructor(parts: AccountParts, chores: Chores) {
    this.#parts = parts
    this.#chores = chores
  }

  /** null when there are too many already. */
  createEndpoint(endpoint: NewEndpoint): Endpoint | null {
    const { now } = this.#parts.ports
    const { endpoints } = this.#parts
    if (endpoints.count() >= MOST_ENDPOINTS) return null
    endpoints.add(endpoint, now())
    return endpoints.get(endpoint.id)
  }

  getEndpoint(id: string): Endpoint | null {
    return this.#parts.endpoints.get(id)
  }

  /** null when `after` is not one of them. */
  listEndpoints(after: string | null, limit: number): Page<Endpoint> | null {
    const { endpoints } = this.#parts
    const from = after === null ? null : endpoints.get(after)
    if (after !== null && from === null) return null
    return endpoints.page(from?.number ?? null, limit)
  }

  changeEndpoint(id: string, change: EndpointChange): Endpoint | null {
    const { sql, now } = this.#parts.ports
    const { endpoints, deliveries } = this.#parts
    const endpoint = endpoints.get(id)
    if (endpoint === null) return null
    sql.transaction(() => {
      endpoints.change(endpoint, change, now())
      if (change.url !== undefined) deliveries.moveAllOf(id, change.url)
    })
    return endpoints.get(id)
  }

  rotateSecret(id: string, secret: string, keepOld: boolean): Endpoint | null {
    const { now } = this.#parts.ports
    const { endpoints } = this.#parts
    const endpoint = endpoints.get(id)
    if (endpoint === null) return null
    endpoints.rotate(endpoint, secret, keepOld, now())
    return endpoints.get(id)
  }

  removeEndpoint(id: string): boolean {
    const { sql, now } = this.#parts.ports
    const { endpoints, deliveries } = this.#parts
    if (endpoints.get(id) === null) return false
    sql.transaction(() => {
      endpoints.remove(id)
      deliveries.failAllOf(id, 'The endpoint was deleted.', now())
    })
    return true
  }

  /** null when there is no such endpoint, or `after` is not one of its deliveries. */
  listDeliveries(
    endpointId: string,
    after: string | null,
    limit: number,
  ): Page<DeliveryRow> | null {
    const { endpoints, deliveries } = this.#parts
    if (endpoints.get(endpointId) === null) return null
    const from = after === null ? null : deliveries.get(after)
    if (after !== null && from?.endpointId !== endpointId) return null
    return deliveries.page(endpointId, from?.number ?? null, limit)
  }

  /** null when there is no such endpoint any more, or no such delivery of it. */
  replayDelivery(
    endpointId: string,
    id: string,
  ): DeliveryRow | Refusal<'rate_limit_exceeded'> | null {
    const { sql, now } = this.#parts.ports
    const { endpoints, deliveries } = this.#parts
    const endpoint = endpoints.get(endpointId)
    const delivery = deliveries.get(id)
    if (endpoint === null || delivery?.endpointId !== endpointId) return null
    const refusal = delivery.state === 'pending' ? null : refusePending(this.#parts, endpointId)
    if (refusal !== null) return refusal
    sql.transaction(() => {
      deliveries.replay(delivery.number, { url: endpoint.url, secret: null }, now())
      this.#chores.planDelivery()
    })
    return deliveries.get(id)
  }

  /** The id of the first video that is not there; null when the callback is stored. */
  addCallback(callback: NewCallback): string | Refusal<'rate_limit_exceeded'> | null {
    const { sql, now } = this.#parts.ports
    const { generations, outbox } = this.#parts
    const missing = callback.videoIds.find((id) => {
      const row = generations.find(id)
      return row === null || row.state === 'gone'
    })
    if (missing !== undefined) return missing
    const refusal = refuseCallback(this.#parts)
    if (refusal !== null) return refusal
    sql.transaction(() => outbox.addCallback(callback, now()))
    this.#chores.planDelivery()
    return null
  }
}
