// What wrangler.toml binds. Settings beside these are read by `config.ts` alone.

export interface Env {
  readonly ACCOUNT: DurableObjectNamespace
  readonly GENERATION: DurableObjectNamespace
  readonly DIRECTORY: DurableObjectNamespace
  readonly SCHEDULER: DurableObjectNamespace
  readonly VIDEOS: R2Bucket
  /** Optional: see docs/operations.md. */
  readonly METRICS?: AnalyticsEngineDataset
}
