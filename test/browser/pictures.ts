// The pictures of README, from the real page and the simulator: `node test/browser/pictures.ts` writes
// docs/images/page.png and page.webp, a video being made. Chromium encodes the frames; what stands
// around them (RIFF) is written here.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { buildPage } from '../../worker/cli/buildPage.ts'
import { generate, startPlayground } from './playground.ts'
import { showsFrame } from './states.ts'

const folder = join(import.meta.dirname, '../../docs/images')
const size = { width: 960, height: 760 }
const PROMPT = 'A paper boat drifts down a rainy street at dusk, filmed from just above the water'
const QUALITY = 0.5
/** How long the frames are shown, ms: the prompt, the percents, the video. */
const SHOWN_MS = 900
/** Frames while it is being made, and which of them is the still picture. */
const MADE_FRAMES = 4
const PICTURED = 3

await buildPage()
await mkdir(folder, { recursive: true })
const playground = await startPlayground({ stepMs: 1200 })
const context = { viewport: size, colorScheme: 'light' } as const
const { page, key } = await playground.visit({ context, key: { name: 'Studio', budget_usd: 50 } })
// At the same pace, so that the page knows how long one takes.
await Promise.all(
  ['1280x720', '720x1280', '1280x720'].map(async (shape, index) => {
    const body = JSON.stringify({
      prompt: `Koi circle under falling petals, take ${index + 1}`,
      size: shape,
    })
    const headers = { prefer: 'wait=60' }
    const made = await playground.gateway.fetch('/v1/videos', key, {
      method: 'POST',
      body,
      headers,
    })
    await made.text()
  }),
)
await page.reload()
await page.getByRole('radio', { name: '16:9' }).check()

const frames = [await takeFrame(page)]
await page.getByLabel('Prompt').fill(PROMPT)
frames.push(await takeFrame(page))
await generate(page, PROMPT)
await page.locator('.number', { hasText: /\d/ }).waitFor()
for (let count = 1; count <= MADE_FRAMES; count++) {
  await settle(page)
  if (await page.locator('#player').isVisible()) break
  frames.push(await takeFrame(page))
  if (count === PICTURED) await page.screenshot({ path: join(folder, 'page.png') })
}
await showsFrame(page)
for (let count = 0; count < 2; count++) {
  await settle(page)
  frames.push(await takeFrame(page))
}
await writeFile(join(folder, 'page.webp'), toAnimation(frames))
await playground.close()

async function settle(shown: Page): Promise<void> {
  await shown.evaluate('scrollTo(0, 0)')
  // Until the bar has come to where it belongs.
  await shown.waitForTimeout(900)
}

/** One still WebP: its `VP8 ` chunk. */
async function takeFrame(shown: Page): Promise<Buffer> {
  const png = (await shown.screenshot()).toString('base64')
  const encoder = await shown.context().newPage()
  const encoded = await encoder.evaluate<string>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d').drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', ${QUALITY}).split(',')[1]
  })()`)
  await encoder.close()
  const file = Buffer.from(encoded, 'base64')
  const at = file.indexOf('VP8 ', 12, 'latin1')
  return file.subarray(at, at + 8 + file.readUInt32LE(at + 4))
}

function toAnimation(stills: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(10)
  header[0] = 2 // animated, without transparency
  header.writeUIntLE(size.width - 1, 4, 3)
  header.writeUIntLE(size.height - 1, 7, 3)
  const loop = Buffer.alloc(6) // any background, for ever
  const frames = stills.map((still) => {
    const place = Buffer.alloc(16)
    place.writeUIntLE(size.width - 1, 6, 3)
    place.writeUIntLE(size.height - 1, 9, 3)
    place.writeUIntLE(SHOWN_MS, 12, 3)
    place[15] = 2 // drawn over the one before, not blended
    return toChunk('ANMF', Buffer.concat([place, pad(still)]))
  })
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    toChunk('VP8X', header),
    toChunk('ANIM', loop),
    ...frames,
  ])
  return toChunk('RIFF', body)
}

function toChunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return pad(Buffer.concat([head, data]))
}

function pad(data: Buffer): Buffer {
  return data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)])
}
