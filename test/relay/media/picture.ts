// Draws the frames of a simulated video: a still gradient with a ball on its way, both coloured by
// the seed, so that two videos can be told apart by eye. Drawn per macroblock (16 by 16 pixels)
// because only blocks that change are encoded.

import { createHash } from 'node:crypto'

/** 256 luma samples, then 64 blue- and 64 red-difference samples. */
export type Macroblock = Uint8Array<ArrayBuffer>

export interface Picture {
  readonly columns: number
  readonly rows: number
  /** Blocks in raster order at `turn`, the share of the video that has passed (0 to 1). */
  draw(turn: number): readonly Macroblock[]
}

interface Colour {
  readonly y: number
  readonly cb: number
  readonly cr: number
}

/** Samples stay inside 40..215: legal video range, and never a zero byte that needs escaping. */
const LOW = 40
const RANGE = 175

export function createPicture(seed: string, width: number, height: number): Picture {
  const dice = createHash('sha256').update(seed).digest()
  const die = (index: number) => (dice[index] ?? 0) / 255
  const sample = (index: number) => Math.round(LOW + die(index) * RANGE)
  const near: Colour = { y: 60 + die(0) * 40, cb: sample(1), cr: sample(2) }
  const far: Colour = { y: 130 + die(3) * 40, cb: sample(4), cr: sample(5) }
  const ball: Colour = { y: 205, cb: sample(6), cr: sample(7) }
  const columns = Math.ceil(width / 16)
  const rows = Math.ceil(height / 16)
  const radius = Math.min(width, height) / 8
  const laps = 1 + Math.round(die(8) * 2)
  const start = die(9)

  const blocks: Macroblock[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const mix = (column + row) / Math.max(1, columns + rows - 2)
      blocks.push(fillBlock(blend(near, far, mix)))
    }
  }

  return {
    columns,
    rows,
    draw(turn) {
      const x = radius + (width - 2 * radius) * triangle(start + turn * laps)
      const y = radius + (height - 2 * radius) * Math.abs(Math.cos(Math.PI * (turn * laps + start)))
      return blocks.map((block, index) => {
        const left = (index % columns) * 16
        const top = Math.floor(index / columns) * 16
        const apart =
          left > x + radius || left + 16 < x - radius || top > y + radius || top + 16 < y - radius
        return apart ? block : paintBall(block, x - left, y - top, radius, ball)
      })
    },
  }
}

/** 0 → 1 → 0 over one lap. */
function triangle(lap: number): number {
  return 1 - Math.abs(1 - 2 * (lap - Math.floor(lap)))
}

function blend(a: Colour, b: Colour, mix: number): Colour {
  const between = (from: number, to: number) => Math.round(from + (to - from) * mix)
  return { y: between(a.y, b.y), cb: between(a.cb, b.cb), cr: between(a.cr, b.cr) }
}

function fillBlock(colour: Colour): Macroblock {
  const block = new Uint8Array(384)
  block.fill(colour.y, 0, 256)
  block.fill(colour.cb, 256, 320)
  block.fill(colour.cr, 320, 384)
  return block
}

function paintBall(
  under: Macroblock,
  x: number,
  y: number,
  radius: number,
  colour: Colour,
): Macroblock {
  const block = under.slice()
  const inside = (px: number, py: number) => (px - x) ** 2 + (py - y) ** 2 <= radius ** 2
  for (let i = 0; i < 256; i++) {
    if (inside((i % 16) + 0.5, Math.floor(i / 16) + 0.5)) block[i] = colour.y
  }
  for (let i = 0; i < 64; i++) {
    if (inside((i % 8) * 2 + 1, Math.floor(i / 8) * 2 + 1)) {
      block[256 + i] = colour.cb
      block[320 + i] = colour.cr
    }
  }
  return block
}
