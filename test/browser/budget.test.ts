// What the page costs its visitor: script of the first load, and how much moves while a video runs. Both
// are measured by the browser itself, and printed.

import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

const MOST_SCRIPT_KIB = 60
/** Google's own line between good and not is 0.1; nothing of ours has a reason to move at all. */
const MOST_SHIFT = 0.01

test(`the first load is at most ${MOST_SCRIPT_KIB} KiB of script, and nothing of anybody else`, async () => {
  const { page, mishaps } = await playground.visit()
  const loaded = await page.evaluate<string[]>(
    'performance.getEntriesByType("resource").map(({ name }) => name)',
  )
  const scripts = loaded.filter((address) => new URL(address).pathname.endsWith('.js'))
  expect(scripts.length).toBeGreaterThan(0)
  const sizes = await Promise.all(
    scripts.map(
      async (address) => gzipSync(await (await fetch(address)).bytes(), { level: 9 }).length,
    ),
  )
  const kib = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1024
  console.log(`first load: ${kib.toFixed(1)} KiB of script, compressed, in ${scripts.length} files`)
  expect(kib).toBeLessThanOrEqual(MOST_SCRIPT_KIB)
  for (const address of loaded) expect(new URL(address).origin).toBe(playground.gateway.url)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('nothing moves while a video runs', async () => {
  for (const width of [390, 1440]) {
    const { page } = await playground.visit({ context: { viewport: { width, height: 900 } } })
    await generate(page, 'A film under which nothing moves [slow:500]')
    await page.getByRole('progressbar').waitFor()
    // What shifts when the player takes the place of the progress is another matter.
    await page.evaluate(
      `window.shift = 0; new PerformanceObserver((list) => { if (document.querySelector('progress') !== null) for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value }).observe({ type: 'layout-shift' })`,
    )
    // A busy machine may miss any one percent.
    await page.getByRole('link', { name: 'Download' }).waitFor()
    const shift = await page.evaluate<number>('window.shift')
    console.log(`layout shift while a video runs, ${width} px: ${shift.toFixed(4)}`)
    expect(shift).toBeLessThanOrEqual(MOST_SHIFT)
    await page.context().close()
  }
})
