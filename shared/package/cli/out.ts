// Where a video goes. What can be wrong with the place is said before anything is paid.

import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ReelayError } from '../error.ts'
import type { Video } from '../video.ts'
import { UserError } from './userError.ts'

export async function checkOut(path: string | undefined): Promise<void> {
  if (path === undefined) return
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (path === '' || isFolder) throw new UserError(`--out must name a file, got ${path || '""'}`)
  const folder = dirname(path)
  await access(folder, constants.W_OK).catch(() => {
    throw new UserError(`--out: no file can be written in ${folder}. Is it there, and yours?`)
  })
}

/** A disk that is full must not cost the video: its id is said. */
export async function saveVideo(
  video: Video,
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  await video.save(path, options).catch((error: unknown) => {
    if (error instanceof ReelayError || options.signal?.aborted === true) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ReelayError(
      `The video is stored at the gateway, but could not be written: ${why}`,
      {
        code: 'not_saved',
        charge: video.charge,
        advice: `Make room, then: reelay get ${video.id} --out FILE`,
        video,
      },
      error,
    )
  })
}
