// The shape of a video as a small frame.

import { toRatio } from '../parts/format.ts'

const LONG = 15

export function RatioGlyph({ shape }: { readonly shape: string }) {
  const ratio = toRatio(shape) ?? 16 / 9
  const width = ratio >= 1 ? LONG : LONG * ratio
  const height = ratio >= 1 ? LONG / ratio : LONG
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <rect x={10 - width / 2} y={10 - height / 2} width={width} height={height} rx="1.5" />
    </svg>
  )
}
