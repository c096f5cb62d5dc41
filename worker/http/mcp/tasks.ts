// MCP's tasks extension: a video already is what it calls a task, durable before its id is told. Only
// clients that declare it get one; everybody else calls get_video.

import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { toVideoResult } from './toolVideo.ts'

const POLL_MS = 5_000

export function toTask(video: VideoResource): JsonObject {
  const { id, status, progress, created_at, completed_at, expires_at, error } = video
  const toIso = (seconds: number) => new Date(seconds * 1000).toISOString()
  return {
    taskId: id,
    status: toTaskStatus(video),
    statusMessage: error?.message ?? (status === 'completed' ? 'Ready.' : `${progress} %`),
    createdAt: toIso(created_at),
    lastUpdatedAt: completed_at === null ? new Date().toISOString() : toIso(completed_at),
    ttlMs: expires_at === null ? null : (expires_at - created_at) * 1000,
    pollIntervalMs: POLL_MS,
  }
}

/** With the result of the tool that was called, once there is one. A failed video is a result, too. */
export function toDetailedTask(video: VideoResource): JsonObject {
  const task = toTask(video)
  return task['status'] === 'completed' ? { ...task, result: { ...toVideoResult(video) } } : task
}

function toTaskStatus({ status, error }: VideoResource): string {
  if (!isTerminal({ type: status })) return 'working'
  return error?.code === 'cancelled' ? 'cancelled' : 'completed'
}
