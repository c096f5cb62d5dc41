// Made by `npm run build` from the description of the API. Do not edit.

export type VideoResource = {
  readonly id: string
  readonly object: "video"
  readonly model: string
  readonly status: "queued" | "in_progress" | "completed" | "failed"
  /** Percent; 0 while none is known, 100 only when completed. */
  readonly progress: number
  /** Unix seconds. */
  readonly created_at: number
  /** Unix seconds, null unless completed. */
  readonly completed_at: number | null
  /** Unix seconds when it is deleted, null while it runs. */
  readonly expires_at: number | null
  readonly prompt: string | null
  readonly size: string
  readonly seconds: string
  readonly remixed_from_video_id: string | null
  readonly error: {
    /** What was seen. */
    readonly code: "invalid_request" | "content_policy" | "rate_limited" | "auth" | "quota" | "no_channel" | "upstream_unavailable" | "upstream_error" | "empty_result" | "not_a_video" | "stream_required" | "truncated_stream" | "outcome_unknown" | "download_failed" | "storage_failed" | "timeout" | "gateway_timeout" | "cancelled"
    readonly message: string
  } | null
  readonly phase: "queued" | "running" | "archiving"
  /** What it may cost. none: never sent, or refused before any work. certain: completed, or a link was seen. possible: everything else. */
  readonly charge: "none" | "possible" | "certain"
  /** Whether the relay said how it ended; null while it runs. */
  readonly outcome: "known" | "unknown" | null
  readonly metadata: Readonly<Record<string, string>>
  /** US dollars that were booked; null while they are only held. Requests that join repeat it: sum by id. */
  readonly cost_usd?: number | null | undefined
  /** A fresh signed link, when completed. */
  readonly url?: string | undefined
  /** A fresh signed link to its events, for whoever has no key: a browser’s EventSource, for one. */
  readonly events_url?: string | undefined
  /** The relay’s own link, after download_failed or storage_failed. */
  readonly source_url?: string | undefined
  /** Further videos of the same answer, by the relay’s own links; they are not stored. */
  readonly other_urls?: readonly (string)[] | undefined
}

export type VideoEvent = {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "queued"
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "started"
  readonly attempt: number
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "progress"
  readonly progress: number
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "phase"
  readonly phase: "queued" | "running" | "archiving"
  readonly reason?: "invalid_request" | "content_policy" | "rate_limited" | "auth" | "quota" | "no_channel" | "upstream_unavailable" | "upstream_error" | "empty_result" | "not_a_video" | "stream_required" | "truncated_stream" | "outcome_unknown" | "download_failed" | "storage_failed" | "timeout" | "gateway_timeout" | "cancelled" | undefined
  readonly retry_at?: number | undefined
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "preview"
  readonly url: string
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "archiving"
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "completed"
  readonly video: VideoResource
} | {
  /** Counts from 1. */
  readonly offset: number
  /** Milliseconds. */
  readonly at: number
  readonly type: "failed"
  readonly error: {
    /** What was seen. */
    readonly code: "invalid_request" | "content_policy" | "rate_limited" | "auth" | "quota" | "no_channel" | "upstream_unavailable" | "upstream_error" | "empty_result" | "not_a_video" | "stream_required" | "truncated_stream" | "outcome_unknown" | "download_failed" | "storage_failed" | "timeout" | "gateway_timeout" | "cancelled"
    readonly message: string
  }
  /** What it may cost. none: never sent, or refused before any work. certain: completed, or a link was seen. possible: everything else. */
  readonly charge: "none" | "possible" | "certain"
  readonly outcome: "known" | "unknown"
  readonly retry_at?: number | undefined
  readonly dead_link?: boolean | undefined
}

export type VideoRequest = {
  /** What to film. Characters are Unicode code points. */
  readonly prompt: string
  /** Default: the first one. */
  readonly model?: string | null | undefined
  /** One of the lengths the model lists, if it lists any. Default: its first. */
  readonly seconds?: string | number | null | undefined
  /** One of the sizes the model lists, if it lists any. Default: its first. */
  readonly size?: string | null | undefined
  /** How many to generate. Each is paid for; the first video is the result. */
  readonly n?: number | string | null | undefined
  /** A first image: a file (multipart), a link, a data: URI, or {"image_url": …}. */
  readonly input_reference?: unknown | null | undefined
  /** A last image, given in the same ways. */
  readonly last_frame?: unknown | null | undefined
  /** Images of who or what is to be seen, each given in the same ways. */
  readonly reference_images?: readonly (unknown)[] | null | undefined
  /** Such as 16:9. Instead of size, or the same shape. */
  readonly aspect_ratio?: string | null | undefined
  /** Such as 720p or 4k. Instead of size, or the same. */
  readonly resolution?: string | null | undefined
  /** What is not to be seen. */
  readonly negative_prompt?: string | null | undefined
  /** Whether it is to have sound. */
  readonly audio?: boolean | "true" | "false" | null | undefined
  /** Asks the model to repeat itself; best effort. */
  readonly seed?: number | string | null | undefined
  /** Accepted for OpenAI’s clients; never forwarded. */
  readonly user?: string | null | undefined
  /** Told when this request has ended, by a signed POST. Reelay’s own; never forwarded. */
  readonly webhook?: {
    readonly url: string
    readonly secret?: string | null | undefined
  } | null | undefined
  /** Up to 16 pairs of strings, given back with the video. Reelay’s own; never forwarded. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined
  /** Start another generation although an identical one may have been charged. */
  readonly accept_possible_charge?: boolean | "true" | "false" | null | undefined
}

export type RemixRequest = {
  /** What to film. Characters are Unicode code points. */
  readonly prompt: string
  /** Accepted for OpenAI’s clients; never forwarded. */
  readonly user?: string | null | undefined
  /** Told when this request has ended, by a signed POST. Reelay’s own; never forwarded. */
  readonly webhook?: {
    readonly url: string
    readonly secret?: string | null | undefined
  } | null | undefined
  /** Up to 16 pairs of strings, given back with the video. Reelay’s own; never forwarded. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined
  /** Start another generation although an identical one may have been charged. */
  readonly accept_possible_charge?: boolean | "true" | "false" | null | undefined
}

export type Model = {
  readonly id: string
  readonly object: "model"
  readonly created: number
  readonly owned_by: string
  /** Lengths it offers, the default first; any when empty. */
  readonly seconds: readonly (string)[]
  /** WIDTHxHEIGHT, the default first; any when empty. */
  readonly sizes: readonly (string)[]
  /** Any when empty. */
  readonly aspect_ratios: readonly (string)[]
  /** Any when empty. */
  readonly resolutions: readonly (string)[]
  /** What it takes besides prompt, length and size; null: everything is passed on. */
  readonly inputs: readonly ("input_reference" | "last_frame" | "reference_images" | "aspect_ratio" | "resolution" | "negative_prompt" | "audio" | "seed")[] | null
  /** US dollars for one video, or by seconds; null: nobody has said, and it binds no budget. */
  readonly price_usd: number | Readonly<Record<string, number>> | null
  readonly remix: "history" | "target_id" | "off"
  /** False for some seconds after each relay that has it refused the gateway’s key or money. */
  readonly available: boolean
}

export type Usage = {
  readonly object: "usage"
  readonly key: {
    readonly id: string
    readonly name: string
    /** What this key may do. */
    readonly scopes: readonly ("generate" | "read" | "manage")[]
    /** US dollars. */
    readonly spent_usd: number
    /** US dollars reserved for what runs or is in doubt. */
    readonly held_usd: number
    /** US dollars spent in the period of the budget. */
    readonly period_spent_usd: number
    /** US dollars held in it. */
    readonly period_held_usd: number
    /** Unix seconds when it begins anew; null: never. */
    readonly period_ends_at: number | null
    readonly limits: {
      readonly budget_usd: number | null
      /** By the UTC calendar. */
      readonly budget_period: "total" | "month" | "day"
      readonly rpm: number | null
      readonly concurrency: number | null
    }
  }
  /** Of all keys of the account together. */
  readonly account: {
    readonly budget_usd: number | null
    /** By the UTC calendar. */
    readonly budget_period: "total" | "month" | "day"
    /** US dollars. */
    readonly spent_usd: number
    /** US dollars. */
    readonly held_usd: number
    /** US dollars spent in the period of the budget. */
    readonly period_spent_usd: number
    /** US dollars held in it. */
    readonly period_held_usd: number
    /** Unix seconds when it begins anew; null: never. */
    readonly period_ends_at: number | null
  } | null
  /** Of the whole account. */
  readonly days: readonly ({
    /** UTC, such as 2026-11-23. */
    readonly day: string
    readonly model: string
    readonly generations: number
    readonly completed: number
    readonly failed: number
    /** US dollars. */
    readonly spent_usd: number
  })[]
}

export type WebhookEvent = {
  /** The webhook-id header, the same in every attempt. */
  readonly id: string
  readonly object: "event"
  readonly type: "video.completed" | "video.failed" | "videos.finished"
  /** Unix seconds. */
  readonly created_at: number
  readonly data: {
    /** The video; of videos.finished, the callback. */
    readonly id: string
    /** Of videos.finished, all of its videos. */
    readonly video_ids?: readonly (string)[] | undefined
  }
}

export type ApiKey = {
  readonly id: string
  readonly object: "key"
  readonly account: string
  readonly name: string
  /** Start and end of the key. */
  readonly hint: string
  readonly scopes: readonly ("generate" | "read" | "manage")[]
  readonly budget_usd: number | null
  /** US dollars. */
  readonly spent_usd: number
  /** US dollars. */
  readonly held_usd: number
  /** By the UTC calendar. */
  readonly budget_period: "total" | "month" | "day"
  /** US dollars spent in the period of the budget. */
  readonly period_spent_usd: number
  /** US dollars held in it. */
  readonly period_held_usd: number
  /** Unix seconds when it begins anew; null: never. */
  readonly period_ends_at: number | null
  readonly rpm: number | null
  readonly concurrency: number | null
  /** Unix seconds. */
  readonly created_at: number
  /** Unix seconds. */
  readonly expires_at: number | null
  /** Unix seconds. */
  readonly revoked_at: number | null
  /** Models it may generate with; null: all. */
  readonly models: readonly (string)[] | null
  /** Networks it may be used from, as CIDR; null: all. */
  readonly ip_allow: readonly (string)[] | null
  /** Unix seconds: the UTC day on which it was last used. */
  readonly last_used_at: number | null
  /** Where a caller last used it: a /24, or a /48 of IPv6. */
  readonly last_network: string | null
}

export type CreatedApiKey = {
  readonly id: string
  readonly object: "key"
  readonly account: string
  readonly name: string
  /** Start and end of the key. */
  readonly hint: string
  readonly scopes: readonly ("generate" | "read" | "manage")[]
  readonly budget_usd: number | null
  /** US dollars. */
  readonly spent_usd: number
  /** US dollars. */
  readonly held_usd: number
  /** By the UTC calendar. */
  readonly budget_period: "total" | "month" | "day"
  /** US dollars spent in the period of the budget. */
  readonly period_spent_usd: number
  /** US dollars held in it. */
  readonly period_held_usd: number
  /** Unix seconds when it begins anew; null: never. */
  readonly period_ends_at: number | null
  readonly rpm: number | null
  readonly concurrency: number | null
  /** Unix seconds. */
  readonly created_at: number
  /** Unix seconds. */
  readonly expires_at: number | null
  /** Unix seconds. */
  readonly revoked_at: number | null
  /** Models it may generate with; null: all. */
  readonly models: readonly (string)[] | null
  /** Networks it may be used from, as CIDR; null: all. */
  readonly ip_allow: readonly (string)[] | null
  /** Unix seconds: the UTC day on which it was last used. */
  readonly last_used_at: number | null
  /** Where a caller last used it: a /24, or a /48 of IPv6. */
  readonly last_network: string | null
  /** Shown here and never again. */
  readonly key: string
}

export type RotatedApiKey = {
  readonly id: string
  readonly object: "key"
  readonly account: string
  readonly name: string
  /** Start and end of the key. */
  readonly hint: string
  readonly scopes: readonly ("generate" | "read" | "manage")[]
  readonly budget_usd: number | null
  /** US dollars. */
  readonly spent_usd: number
  /** US dollars. */
  readonly held_usd: number
  /** By the UTC calendar. */
  readonly budget_period: "total" | "month" | "day"
  /** US dollars spent in the period of the budget. */
  readonly period_spent_usd: number
  /** US dollars held in it. */
  readonly period_held_usd: number
  /** Unix seconds when it begins anew; null: never. */
  readonly period_ends_at: number | null
  readonly rpm: number | null
  readonly concurrency: number | null
  /** Unix seconds. */
  readonly created_at: number
  /** Unix seconds. */
  readonly expires_at: number | null
  /** Unix seconds. */
  readonly revoked_at: number | null
  /** Models it may generate with; null: all. */
  readonly models: readonly (string)[] | null
  /** Networks it may be used from, as CIDR; null: all. */
  readonly ip_allow: readonly (string)[] | null
  /** Unix seconds: the UTC day on which it was last used. */
  readonly last_used_at: number | null
  /** Where a caller last used it: a /24, or a /48 of IPv6. */
  readonly last_network: string | null
  /** Shown here and never again. */
  readonly key: string
  /** Unix seconds until which the old secret works, too. */
  readonly old_key_expires_at: number
}

export type ApiKeyList = {
  readonly object: "list"
  readonly data: readonly (ApiKey)[]
  readonly has_more: boolean
  /** The `after` of the next page. */
  readonly next_after: string | null
}
