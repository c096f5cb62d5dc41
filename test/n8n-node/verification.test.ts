// What decides whether n8n lists the package: its own linter in strict mode, and both legs of its
// verification scan, offline: the sources as they lie in a repository of their own, which builds and
// releases by itself, and every file of the packed tarball.

import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { writeRepository } from '../../n8n-node/repository.mts'
import { packNode } from './packNode.ts'

// One of n8n's lint plugins takes `test`, which vitest sets, for a run of its own tests.
process.env['NODE_ENV'] = 'production'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

interface Scanner {
  readonly SOURCE_FILE_PATTERNS: readonly string[]
  analyzePackage(
    folder: string,
    patterns: readonly string[],
  ): Promise<{ passed: boolean; details?: string; message?: string }>
}

// Type-aware imports are resolved file by file: 8 s alone, several times that on a busy machine.
const lintTimeoutMs = 120_000

let scanner: Scanner
let folder: string
let packed: string
let repository: string

beforeAll(async () => {
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@n8n/scan-community-package/scanner/scanner.mjs')
  scanner = (await import(pathToFileURL(entry).href)) as Scanner
  folder = await mkdtemp(join(tmpdir(), 'reelay-pack-'))
  const tarball = await packNode(folder)
  await run('tar', ['-xzf', tarball, '-C', folder])
  packed = join(folder, 'package')
  repository = join(folder, 'repository')
  await writeRepository(repository)
  await symlink(join(root, 'node_modules'), join(repository, 'node_modules'))
})
async function runThere(command: string, ...args: readonly string[]) {
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` }
  return await run(command, args, { cwd: repository, env })
}

afterAll(async () => await rm(folder, { recursive: true, force: true }))

// A message without details would mean that the scan found nothing to look at.
test('as a repository of its own: the scan accepts all its sources, the shared core too', async () => {
  const report = await scanner.analyzePackage(repository, scanner.SOURCE_FILE_PATTERNS)
  expect(report).toEqual({ passed: true })
  const shared = await readdir(join(repository, 'nodes/shared'), { recursive: true })
  expect(shared.filter((name) => name.endsWith('.ts')).length).toBeGreaterThan(50)
})

test(
  "as a repository of its own: n8n's own linter, in strict mode, has nothing to say",
  async () => {
    const { stdout } = await runThere('n8n-node', 'lint')
    expect(stdout).not.toMatch(/warning|error|violation/i)
  },
  lintTimeoutMs,
)

test('as a repository of its own: its types are right, and it builds what is published', async () => {
  await runThere('tsc')
  await runThere('node', 'build.mts')
  // Only the bundler's remarks say where a part came from.
  const read = async (folder: string, file: string) =>
    (await readFile(join(folder, file), 'utf8')).replaceAll(/^\/\/ .*$/gm, '')
  for (const file of ['nodes/Reelay/Reelay.node.js', 'nodes/ReelayTrigger/ReelayTrigger.node.js']) {
    expect(await read(repository, `dist/${file}`)).toBe(await read(packed, `dist/${file}`))
  }
})

// Nothing is fetched: npm only compares lock and manifest, as it does before it installs.
test('as a repository of its own: its lock is whole', async () => {
  const apart = await mkdtemp(join(folder, 'lock-'))
  for (const name of ['package.json', 'package-lock.json']) {
    await cp(join(repository, name), join(apart, name))
  }
  const options = ['--include=dev', '--dry-run', '--offline', '--ignore-scripts']
  const { stdout } = await run('npm', ['ci', ...options], { cwd: apart })
  expect(stdout).toMatch(/add esbuild 0\.\d+\.\d+\n/)
})

test('as a repository of its own: it runs what it has, by the actions of this one', async () => {
  const read = async (folder: string, name: string) =>
    await readFile(join(folder, '.github/workflows', name), 'utf8')
  const own = (await read(repository, 'ci.yml')) + (await read(repository, 'release.yml'))
  const here = await read(root, 'release-n8n-node.yml')
  const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    scripts: object
  }
  for (const [, script = ''] of own.matchAll(/npm run ([\w:]+)/g)) {
    expect(Object.keys(scripts)).toContain(script)
  }
  const actions = [...own.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action)
  expect(actions.filter((action) => !here.includes(action))).toEqual([])
  // The job that may publish is the same, to the letter.
  const publish = here.slice(here.indexOf('  publish:'))
  expect(publish).toContain('--provenance')
  expect(own).toContain(publish)
})

test('the verification scan accepts what is packed', async () => {
  const report = await scanner.analyzePackage(packed, ['**/*.js', 'package.json'])
  expect(report).toEqual({ passed: true })
})

test('the scan would find a forbidden global in the bundle', async () => {
  const file = join(packed, 'dist/nodes/Reelay/Reelay.node.js')
  const code = await readFile(file, 'utf8')
  await writeFile(file, `${code}\nsetTimeout(() => undefined, 1)\n`)
  const { passed } = await scanner.analyzePackage(packed, ['**/*.js'])
  await writeFile(file, code)
  expect(passed).toBe(false)
})

test('the package has what it names, and nothing to install', async () => {
  const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as {
    dependencies?: object
    n8n: { nodes: string[]; credentials: string[] }
  }
  expect(manifest.dependencies).toBeUndefined()
  for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
    expect(await readFile(join(packed, file), 'utf8')).toContain('exports')
  }
  const examples = await readdir(join(packed, 'examples'))
  expect(examples.filter((name) => name.endsWith('.json'))).toHaveLength(8)
  const notices = await readFile(join(packed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
  expect(notices).toMatch(/zod[^]*MIT License/)
  const icons = await readdir(join(packed, 'dist/icons'))
  expect(icons.sort()).toEqual(['reelay.dark.svg', 'reelay.svg'])
})
