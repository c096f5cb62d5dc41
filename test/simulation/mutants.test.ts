// Each planted bug still has its place in the sources, once, so that `npm run test:slow` can see each
// one found. That takes minutes; this takes a second, and a commit that moves a place hears of it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mutants } from './mutants.ts'
import { toSeedTasks } from './task.ts'
import { runTasks } from './threads.ts'

const root = join(import.meta.dirname, '../..')

it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  'has its place: %s',
  (_, mutant) => {
    for (const { file, from, to } of mutant.changes) {
      expect(readFileSync(join(root, file), 'utf8').split(from), file).toHaveLength(2)
      expect(to).not.toBe(from)
    }
  },
)

it('no two have one name', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})

it('one that is not there is refused', async () => {
  const gone = runTasks(toSeedTasks(1, 1, 1), { threads: 1, mutant: 'never planted' })
  await expect(gone).rejects.toThrow('There is no such mutant.')
})
