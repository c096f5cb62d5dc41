// The package `reelay`: a client of a Reelay gateway for Node, Deno, Bun, Workers and browsers.

export { Reelay } from './reelay.ts'
export type { ListOptions, Options, ReelayOptions, VideoList } from './reelay.ts'
export type { GenerateOptions, Progress, WaitOptions } from './generate.ts'
export type { CreateOptions, GenerateRequest, Image, RemixRequest } from './request.ts'
export type { FollowedEvent } from './follow.ts'
export type { Video } from './video.ts'
export { ReelayError } from './error.ts'
export type { Model, Usage, VideoResource } from './wire.ts'
