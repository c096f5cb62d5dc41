// Money: dollars outside, millionths of them inside. null is no limit.

import * as z from 'zod/v4-mini'

export const usdSchema = z.number().check(z.gte(0), z.lte(1_000_000_000))

export function toUsd(amount: number): number
export function toUsd(amount: number | null): number | null
export function toUsd(amount: number | null): number | null {
  return amount === null ? null : amount / 1e6
}

export function toMicro(amount: number | null | undefined): number | null | undefined {
  return typeof amount === 'number' ? Math.round(amount * 1e6) : amount
}
