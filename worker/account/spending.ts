// What a budget is for, and what of it is used: money as the account tells it.

export const budgetPeriods = ['total', 'month', 'day'] as const
export type BudgetPeriod = (typeof budgetPeriods)[number]

/** Millionths of a US dollar. */
export interface Spending {
  readonly spent: number
  readonly held: number
  /** ms since the epoch; null for what never begins anew. */
  readonly endsAt: number | null
}

export interface AccountBudget {
  readonly budget: number | null
  readonly budgetPeriod: BudgetPeriod
  readonly period: Spending
  /** Ever. */
  readonly spent: number
  readonly held: number
}
