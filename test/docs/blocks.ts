// Every fenced block of the Markdown that users read, and which test runs it. A block that cannot run
// here says why in a comment right above it, `<!-- not run: … -->`, which no reader sees.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export interface Page {
  readonly path: string
  readonly text: string
}

export interface Block {
  /** `docs/api.md:83`, the line of its fence. */
  readonly place: string
  readonly path: string
  /** The heading above it. */
  readonly heading: string
  /** What stands behind the fence's three marks: `ts`, `ts page`. */
  readonly language: string
  /** Without the indentation of its fence. */
  readonly code: string
  /** Why it is not run; null: `findRunner` knows who runs it. */
  readonly notRun: string | null
}

const inDocs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
export const pages: readonly Page[] = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'n8n-node/CHANGELOG.md',
  'n8n-node/README.md',
  'shared/package/README.md',
  ...inDocs.map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/**
 * - `package`: test/package/recipes.test.ts, where the package `reelay` is installed
 * - `settings`, `gateway`: test/worker/docs.test.ts, in front of a gateway
 * - `python`: test/worker-units/docs.test.ts, which only compiles it
 */
export type Runner = 'package' | 'settings' | 'gateway' | 'python'

/** null: nobody runs such a block. */
export function findRunner({ path, language, code }: Block): Runner | null {
  if (/^ts(?: page)?$/.test(language)) return 'package'
  if (language === 'python') return 'python'
  if (language === 'sh' && isSettings(code)) return 'settings'
  if (language === 'sh' && path === 'shared/package/README.md') return 'package'
  return ['sh', 'console', 'json'].includes(language) ? 'gateway' : null
}

const isSettings = (code: string) => /^(?:[A-Z_]+=\S.*\n)+$/.test(code) && !/ npm | npx /.test(code)

export const blocks: readonly Block[] = pages.flatMap(readBlocks)

export const blocksOf = (runner: Runner): readonly Block[] =>
  blocks.filter((block) => block.notRun === null && findRunner(block) === runner)

export function readBlocks({ path, text }: Page): readonly Block[] {
  const found: Block[] = []
  let heading = ''
  let open: { indent: string; language: string; line: number; lines: string[] } | undefined
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const [, indent = '', language = ''] = /^( *)```(.*)$/.exec(line) ?? []
    const isFence = line.trimStart().startsWith('```')
    if (open === undefined) {
      heading = /^#+ (.*)/.exec(line)?.[1] ?? heading
      if (isFence) open = { indent, language, line: index, lines: [] }
    } else if (isFence) {
      const code = open.lines.map((one) => `${one.slice(open?.indent.length)}\n`).join('')
      const [, notRun = null] = /^ *<!-- not run: (.+) -->$/.exec(lines[open.line - 1] ?? '') ?? []
      const place = `${path}:${open.line + 1}`
      found.push({ place, path, heading, language: open.language, code, notRun })
      open = undefined
    } else open.lines.push(line)
  }
  if (open !== undefined) throw new Error(`${path}:${open.line + 1}: the block does not end`)
  return found
}
