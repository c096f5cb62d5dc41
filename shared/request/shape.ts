// A size in pixels, in the other ways shapes are named: a ratio, an orientation, a resolution.

/** `16:9`, or a word for "as it comes". */
export const ratioPattern = /^(?:\d{1,4}(?:\.\d{1,3})?:\d{1,4}(?:\.\d{1,3})?|auto|adaptive)$/
export const resolutionPattern = /^(?:\d{3,4}p|[248]k)$/i

// The ratios relays know by name. Sizes such as 1024x1792 are only nearly one of them.
const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9'] as const
const resolutions = [480, 720, 1080, 2160] as const

/** undefined for a size that is none, such as ''. */
export function toRatio(size: string): string | undefined {
  const shape = toShape(size)
  if (shape === null) return undefined
  const distance = (ratio: string) => Math.abs((toShape(ratio.replace(':', 'x')) ?? 0) - shape)
  return ratios.reduce((best, next) => (distance(next) < distance(best) ? next : best))
}

export function toOrientation(size: string): 'square' | 'landscape' | 'portrait' {
  const shape = toShape(size) ?? 0
  return shape === 0 ? 'square' : shape > 0 ? 'landscape' : 'portrait'
}

/** The nearest one sold, such as `720p`, by the shorter side. */
export function toResolution(size: string): string | undefined {
  return toShape(size) === null ? undefined : toNearestResolution(toShorterSide(size))
}

/** Whether a ratio and a resolution mean what a size means, as nearly as relays sell it. */
export function isShapeOf(size: string, ratio: string | null, resolution: string | null): boolean {
  const ofRatio = ratio === null ? undefined : toRatio(ratio.replace(':', 'x'))
  if (ofRatio !== undefined && ofRatio !== toRatio(size)) return false
  return resolution === null || toNearestResolution(toLines(resolution)) === toResolution(size)
}

function toLines(resolution: string): number {
  const lines = { '2k': 1440, '4k': 2160, '8k': 4320 }[resolution.toLowerCase()]
  return lines ?? Number.parseInt(resolution, 10)
}

function toNearestResolution(side: number): string {
  const nearest = resolutions.reduce((best, next) =>
    Math.abs(next - side) < Math.abs(best - side) ? next : best,
  )
  return nearest === 2160 ? '4k' : `${nearest}p`
}

export function toShorterSide(size: string): number {
  return Math.min(...size.split('x').map(Number))
}

/** The logarithm of width by height: as far from square in either direction is as far from zero. */
function toShape(size: string): number | null {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return width > 0 && height > 0 ? Math.log(width / height) : null
}
