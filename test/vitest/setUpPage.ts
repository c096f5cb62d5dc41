// The page is made before the first browser looks at it, once for all of them.

import { buildPage } from '../../worker/cli/buildPage.ts'

export async function setup(): Promise<void> {
  await buildPage()
}
