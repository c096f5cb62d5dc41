// A bug as a change of the real sources.

export interface Mutant {
  readonly name: string
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[]
}

/** One that is one change. */
export const one = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  changes: [{ file, from, to }],
})
