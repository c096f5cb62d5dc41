// Where there are no files: a browser, a Worker.

import { ReelayError } from './error.ts'

export function writeFile(): Promise<never> {
  return Promise.reject(
    new ReelayError('There are no files here. Use video.url, video.stream() or video.blob().', {
      code: 'no_files',
    }),
  )
}
