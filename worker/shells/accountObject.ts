// The Durable Object around an Account: lends it the platform and lets the Worker call it.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import type { Settlement } from '../protocol.ts'
import { random, toAlarm, toSql } from '../platform/platform.ts'
import { report } from '../report.ts'
import type { Access, Page } from '../account/account.ts'
import { Account } from '../account/account.ts'
import type { Admission, AdmissionRequest } from '../account/admit.ts'
import type { RequestWebhook } from '../account/outbox.ts'
import type { UsageRow } from '../account/ledger.ts'
import type { DeliveryRow } from '../account/deliveries.ts'
import type { Endpoint, EndpointChange, NewEndpoint } from '../account/endpoints.ts'
import type { GenerationFilter, GenerationRow } from '../account/generations.ts'
import type { KeyChange, KeyRotation, KeyRow, NewKey, Scope } from '../account/keys.ts'
import type { DeliveryPage, EndpointPage } from '../account/webhooks.ts'
import type { AccountCalls } from '../objects.ts'
import { getGeneration } from '../objects.ts'

export class AccountObject extends DurableObject<Env> implements AccountCalls {
  readonly #account: Account

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const { config, outbound } = toGateway(env)
    this.#account = new Account({
      sql: toSql(state.storage),
      alarm: toAlarm(state.storage),
      now: Date.now,
      random,
      post: (url, body, headers) => outbound.post(url, body, headers),
      generations: {
        abandon: (owner) => getGeneration(env, owner.identity.id).abandon(owner),
      },
      defer: (work) =>
        state.waitUntil(
          work.catch((error: unknown) => report({ what: 'account work failed', id: '', error })),
        ),
      report,
      settings: config.account,
    })
  }

  async createKey(account: string, key: NewKey): Promise<KeyRow | null> {
    return this.#account.createKey(account, key)
  }

  async listKeys(): Promise<KeyRow[]> {
    return this.#account.listKeys()
  }

  async changeKey(id: string, change: KeyChange): Promise<KeyRow | null> {
    return this.#account.changeKey(id, change)
  }

  async rotateKey(id: string, rotation: KeyRotation): Promise<KeyRow | null> {
    return this.#account.rotateKey(id, rotation)
  }

  async revokeKey(id: string): Promise<KeyRow | null> {
    return this.#account.revokeKey(id)
  }

  async authenticate(digest: string, scope: Scope): Promise<Access> {
    return this.#account.authenticate(digest, scope)
  }

  async admit(
    digest: string,
    request: AdmissionRequest,
  ): Promise<Admission | Extract<Access, { ok: false }>> {
    return this.#account.admit(digest, request)
  }

  async admitFor(
    keyId: string,
    request: AdmissionRequest,
  ): Promise<Admission | Extract<Access, { ok: false }>> {
    return this.#account.admitFor(keyId, request)
  }

  async settle(id: string, settlement: Settlement): Promise<void> {
    await this.#account.settle(id, settlement)
  }

  async forget(id: string): Promise<void> {
    await this.#account.forget(id)
  }

  async correct(id: string, charged: boolean): Promise<GenerationRow | null> {
    return await this.#account.correct(id, charged)
  }

  async find(id: string): Promise<GenerationRow | null> {
    return this.#account.find(id)
  }

  async list(options: {
    after: string | null
    order: 'asc' | 'desc'
    limit: number
  }): Promise<Page | null> {
    return this.#account.list(options)
  }

  async listFor(filter: GenerationFilter, before: number, limit: number): Promise<GenerationRow[]> {
    return this.#account.listFor(filter, before, limit)
  }

  async usage(sinceDay: string): Promise<UsageRow[]> {
    return this.#account.usage(sinceDay)
  }

  async createEndpoint(endpoint: NewEndpoint): Promise<Endpoint | null> {
    return this.#account.webhooks.createEndpoint(endpoint)
  }

  async getEndpoint(id: string): Promise<Endpoint | null> {
    return this.#account.webhooks.getEndpoint(id)
  }

  async listEndpoints(after: string | null, limit: number): Promise<EndpointPage | null> {
    return this.#account.webhooks.listEndpoints(after, limit)
  }

  async changeEndpoint(id: string, change: EndpointChange): Promise<Endpoint | null> {
    return this.#account.webhooks.changeEndpoint(id, change)
  }

  async rotateSecret(id: string, secret: string, keepOld: boolean): Promise<Endpoint | null> {
    return this.#account.webhooks.rotateSecret(id, secret, keepOld)
  }

  async removeEndpoint(id: string): Promise<boolean> {
    return this.#account.webhooks.removeEndpoint(id)
  }

  async listDeliveries(
    endpointId: string,
    after: string | null,
    limit: number,
  ): Promise<DeliveryPage | null> {
    return this.#account.webhooks.listDeliveries(endpointId, after, limit)
  }

  async replayDelivery(endpointId: string, id: string): Promise<DeliveryRow | null> {
    return this.#account.webhooks.replayDelivery(endpointId, id)
  }

  async addCallback(
    callback: { id: string; videoIds: readonly string[] } & RequestWebhook,
  ): Promise<string | null> {
    return this.#account.webhooks.addCallback(callback)
  }

  override async alarm(): Promise<void> {
    this.#account.alarm()
  }
}
