// The states of the page on a phone and on a desk, light and dark, as pictures to look at:
// `node test/browser/screenshots.ts [folder] [state …]`. Not a test: taste has no assertion.

import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPage } from '../../worker/cli/buildPage.ts'
import { states } from './states.ts'
import { startPlayground } from './playground.ts'

const [named, ...wanted] = process.argv.slice(2)
const folder = named ?? (await mkdtemp(join(tmpdir(), 'reelay-screenshots-')))
await mkdir(folder, { recursive: true })
await buildPage()
const playground = await startPlayground()
for (const [state, reach] of Object.entries(states)) {
  if (wanted.length > 0 && !wanted.includes(state)) continue
  for (const width of [390, 1440]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = { colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } }
      const visitor = await playground.visit({ context, key: { name: 'Shop', budget_usd: 20 } })
      await reach(visitor, playground)
      await visitor.page.evaluate('scrollTo(0, 0)')
      await visitor.page.waitForTimeout(500)
      const path = join(folder, `${state}-${width}-${colorScheme}.png`)
      // The reference is a hundred screens long.
      await visitor.page.screenshot({ path, fullPage: state !== 'reference' })
      console.log(path, ...visitor.mishaps)
      await visitor.page.context().close()
    }
  }
}
await playground.close()
