// Writes the package as a repository of its own, which n8n asks of every community node: the shared core
// moves into `nodes/shared`, where n8n's verification scan reads it, and what is built there is what is
// built here. `node n8n-node/repository.mts <folder>`.

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

import { entries, root } from './build.mts'
import { lockRepository, type Lock, type Manifest } from './lockRepository.mts'

const project = join(root, '..')
const shared = join(project, 'shared')

// All that is neither built nor written below.
const copied = [
  'nodes',
  'credentials',
  'icons',
  'examples',
  'pictures',
  'build.mts',
  'eslint.config.mjs',
  'platform.d.ts',
  'README.md',
  'CHANGELOG.md',
  'LICENSE.md',
]

export async function writeRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true })
  const sources = await listSources()
  for (const file of sources) {
    const text = await readFile(file, 'utf8')
    const target = join(folder, toPlace(file))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, moveImports(text, file))
  }
  await cp(join(root, 'workflows'), join(folder, '.github/workflows'), { recursive: true })
  await writeManifest(folder)
  await writeCompilerOptions(folder)
}

/** Every source of ours that ends up in the bundles, and those that are types only. */
async function listSources(): Promise<string[]> {
  const found = new Set<string>()
  const pending = entries.map((entry) => join(root, `${entry}.ts`))
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (found.has(file)) continue
    found.add(file)
    const text = await readFile(file, 'utf8')
    for (const [, path = ''] of text.matchAll(importPattern)) pending.push(join(file, '..', path))
  }
  return [...found]
}

const importPattern = /\bfrom '(\.{1,2}\/[^']+\.ts)'/g

function toPlace(file: string): string {
  return isShared(file) ? join('nodes/shared', relative(shared, file)) : relative(root, file)
}

function isShared(file: string): boolean {
  return !relative(shared, file).startsWith('..')
}

function moveImports(text: string, file: string): string {
  return text.replace(importPattern, (_whole, path: string) => {
    const moved = relative(dirname(toPlace(file)), toPlace(join(file, '..', path)))
    return `from '${moved.startsWith('.') ? moved : `./${moved}`}'`
  })
}

/** What the monorepo lends is a dependency there. */
async function writeManifest(folder: string): Promise<void> {
  const own = await readJson<OwnManifest>(join(root, 'package.json'))
  const lender = await readJson<Lender>(join(project, 'package.json'))
  const lock = await readJson<Lock>(join(project, 'package-lock.json'))
  const lent = ['@types/node', 'esbuild', 'typescript'].map((name) => [
    name,
    lender.devDependencies[name] ?? '',
  ])
  const manifest = {
    ...own,
    scripts: { ...own.scripts, typecheck: 'tsc' },
    devDependencies: { ...own.devDependencies, ...Object.fromEntries(lent) },
  }
  await writeJson(join(folder, 'package.json'), manifest)
  await writeJson(join(folder, 'package-lock.json'), lockRepository(manifest, lock))
  await writeFile(join(folder, '.gitignore'), 'dist/\nnode_modules/\n')
}

interface OwnManifest extends Manifest {
  readonly scripts: Readonly<Record<string, string>>
}

interface Lender {
  readonly devDependencies: Readonly<Record<string, string>>
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}

// Where the monorepo keeps what the compiler remembers.
const placed = ['tsBuildInfoFile', 'incremental']

async function writeCompilerOptions(folder: string): Promise<void> {
  const read = readJson<{ compilerOptions: object; include: string[] }>
  const base = await read(join(project, 'tsconfig.base.json'))
  const { compilerOptions, include } = await read(join(root, 'tsconfig.json'))
  const options = { ...base.compilerOptions, ...compilerOptions }
  const own = Object.entries(options).filter(([name]) => !placed.includes(name))
  const settings = { compilerOptions: Object.fromEntries(own), include }
  await writeJson(join(folder, 'tsconfig.json'), settings)
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error('Name the folder to write: repository.mts <folder>')
  await writeRepository(folder)
}
