// Builds what is published: modules with the shared core inside, since the package has no dependencies,
// and declarations that name nothing outside of it. Unminified: people read what they install.

import { chmod, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import ts from 'typescript'

const root = import.meta.dirname
const entries = ['index', 'ai', 'webhooks', 'cli', 'files', 'noFiles']
/** Those that people import. */
const published = ['index', 'ai', 'webhooks']
// Twice today's size; a jump beyond means that something was bundled that should not be.
const maxBundleBytes = 400_000

/** Where there are files and where there are none is the host's to know: see `imports` in package.json. */
const filesOfTheHost: Plugin = {
  name: 'files of the host',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/files\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: '#files', external: true } : null,
    )
  },
}

/** Fills `outDir`; default is the package's own `dist`. */
export async function buildClient(outDir = join(root, 'dist')): Promise<void> {
  await rm(outDir, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => `${entry}.ts`),
    outdir: outDir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    platform: 'neutral',
    external: ['node:*'],
    mainFields: ['module', 'main'],
    // The oldest Node that is still looked after when this is published.
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [filesOfTheHost],
  })
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  if (bytes > maxBundleBytes) throw new Error(`dist has ${bytes} bytes; look at what it bundles`)
  await declare(outDir)
  const program = join(outDir, 'cli.js')
  if ((await stat(program)).isFile()) await chmod(program, 0o755)
}

/** Declarations of the published modules, and of the modules of the package that they name. */
async function declare(outDir: string): Promise<void> {
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
    },
  } as ts.ParseConfigFileHost)
  if (config === undefined) throw new Error('no tsconfig.json')
  const program = ts.createProgram({
    rootNames: published.map((entry) => join(root, `${entry}.ts`)),
    options: {
      ...withoutBuildInfo(config.options),
      noEmit: false,
      declaration: true,
      stripInternal: true,
      emitDeclarationOnly: true,
      outDir,
      rootDir: join(root, '..'),
    },
  })
  const made = new Map<string, string>()
  program.emit(undefined, (path, text) => made.set(path, text))
  const todo = [...published]
  for (const name of todo) {
    const text = made.get(join(outDir, 'package', `${name}.d.ts`))
    if (text === undefined) throw new Error(`${name} has no declaration`)
    const declaration = text.replaceAll(
      /(from |import\()'\.\/([\w/]+)\.ts'/g,
      (_, how, other: string) => {
        if (!todo.includes(other)) todo.push(other)
        return `${how}'./${other}.js'`
      },
    )
    if (/['"](?:\.\.\/|zod)/.test(declaration)) {
      throw new Error(`${name}.d.ts names what is not in the package:\n${declaration}`)
    }
    await writeFile(join(outDir, `${name}.d.ts`), declaration)
  }
}

function withoutBuildInfo(options: ts.CompilerOptions): ts.CompilerOptions {
  const incremental = ['incremental', 'tsBuildInfoFile']
  return Object.fromEntries(Object.entries(options).filter(([name]) => !incremental.includes(name)))
}

if (import.meta.main) await buildClient()
