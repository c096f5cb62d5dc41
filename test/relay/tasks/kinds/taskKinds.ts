// Every kind of relay that takes tasks. A new one is a file here and its name in `taskKind.ts`.

import { taskKindIds, type TaskKind, type TaskKindId } from '../taskKind.ts'
import { newapi } from './newapi.ts'
import { openrouter } from './openrouter.ts'
import { videos } from './videos.ts'
import { xai } from './xai.ts'

export const taskKinds: Readonly<Record<TaskKindId, TaskKind>> = { videos, xai, newapi, openrouter }

/** Whose address this is; null: of none of them. */
export function findTaskKind(pathname: string): TaskKindId | null {
  return taskKindIds.find((id) => pathname.startsWith(`${taskKinds[id].basePath}/`)) ?? null
}
