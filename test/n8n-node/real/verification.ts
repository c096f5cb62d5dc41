// What decides whether n8n lists the package: its own linter in strict mode, and both legs of its
// verification scan, offline: the sources, and every file of the packed tarball.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { installTools, packNode } from './toolbox.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

interface Scanner {
  readonly SOURCE_FILE_PATTERNS: readonly string[]
  analyzePackage(
    folder: string,
    patterns: readonly string[],
  ): Promise<{ passed: boolean; details?: string; message?: string }>
}

let tools: string
let work: string
let folder: string
let source: string
let packed: string
let scanner: Scanner

before(async () => {
  tools = await installTools()
  // Beside the tools' node_modules: the linter resolves its plugins from the package it looks at.
  work = await mkdtemp(join(tools, 'scan-'))
  source = join(work, 'n8n-node')
  await cp(join(root, 'n8n-node'), source, {
    recursive: true,
    filter: (path) => !/node_modules|dist$|\.tgz$/.test(path),
  })
  await cp(join(root, 'shared'), join(work, 'shared'), { recursive: true })
  await cp(join(root, 'tsconfig.base.json'), join(work, 'tsconfig.base.json'))
  folder = await mkdtemp(join(tmpdir(), 'reelay-pack-'))
  const tarball = await packNode(folder)
  packed = join(work, 'packed')
  await mkdir(packed)
  await run('tar', ['-xzf', tarball, '-C', packed, '--strip-components=1'])
  const require = createRequire(join(tools, 'package.json'))
  const entry = require.resolve('@n8n/scan-community-package/scanner/scanner.mjs')
  scanner = (await import(pathToFileURL(entry).href)) as Scanner
})

after(async () => {
  for (const path of [work, folder]) await rm(path, { recursive: true, force: true })
})

test("n8n's own linter, in strict mode, has nothing to say", async () => {
  const path = `${join(tools, 'node_modules/.bin')}:${process.env['PATH']}`
  const env = { ...process.env, PATH: path }
  const { stdout } = await run('n8n-node', ['lint'], { cwd: source, env })
  assert.doesNotMatch(stdout, /warning|error|violation/i)
})

test('the verification scan accepts the sources', async () => {
  const report = await scanner.analyzePackage(source, scanner.SOURCE_FILE_PATTERNS)
  // A message without details means that it found nothing to look at.
  assert.deepEqual(report, { passed: true })
})

test('the verification scan accepts what is packed', async () => {
  const report = await scanner.analyzePackage(packed, ['**/*.js', 'package.json'])
  assert.deepEqual(report, { passed: true })
})

test('the scan would find a forbidden global in the bundle', async () => {
  const bad = join(packed, 'dist/nodes/Reelay/Reelay.node.js')
  const code = await readFile(bad, 'utf8')
  await writeFile(bad, `${code}\nsetTimeout(() => undefined, 1)\n`)
  const { passed } = await scanner.analyzePackage(packed, ['**/*.js'])
  await writeFile(bad, code)
  assert.equal(passed, false)
})

test('the package has what it names, and nothing to install', async () => {
  const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as {
    dependencies?: object
    n8n: { nodes: string[]; credentials: string[] }
  }
  assert.equal(manifest.dependencies, undefined)
  for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
    await readFile(join(packed, file))
  }
  const examples = await readdir(join(packed, 'examples'))
  assert.equal(examples.filter((name) => name.endsWith('.json')).length, 3)
  assert.ok((await readFile(join(packed, 'README.md'), 'utf8')).includes('Three clicks'))
})
