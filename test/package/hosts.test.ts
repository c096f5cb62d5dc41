// README's first lines, as printed, on every host the package is made for; and the tarball as its critics
// see it.

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { publint } from 'publint'
import { expect, test } from 'vitest'
import { launchChromium } from '../browser/chromium.ts'
import { bundle, connection, installed, runNode } from './installed.ts'

const root = join(import.meta.dirname, '../..')

/** The first TypeScript of README.md: its import, and what follows it. */
async function readSnippet(): Promise<{ code: string; imports: string; rest: string }> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [, code = ''] = /```ts\n([^`]{1,1000})```/.exec(readme) ?? []
  const [imports = '', ...rest] = code.trimEnd().split('\n')
  return { code, imports, rest: rest.join('\n') }
}

const settings = `const { baseURL, apiKey } = ${JSON.stringify(connection)};`
const link = new RegExp(
  `^${new URL(installed.baseURL).origin}/v1/videos/video_\\w+/content\\?expires=`,
  'm',
)

test('README’s first lines are three', async () => {
  const { code } = await readSnippet()
  expect(code.trimEnd().split('\n')).toHaveLength(3)
})

test('they run in Node as printed', async () => {
  const { code } = await readSnippet()
  await writeFile(join(installed.folder, 'snippet.mjs'), `${settings}\n${code}`)
  const { code: exit, out, err } = await runNode(['snippet.mjs'])
  expect(err).toBe('')
  expect(exit).toBe(0)
  expect(out).toMatch(link)
})

test('they run in workerd as printed, and there are no files', async () => {
  const { imports, rest } = await readSnippet()
  const worker = await bundle(
    `${imports}
    export default { async fetch(request, { baseURL, apiKey }) {
      const said = []; const console = { log: (text) => said.push(text) }
      ${rest}
      const save = await video.save('boat.mp4').catch((error) => error.code)
      return Response.json({ said, save, bytes: (await video.bytes()).length })
    } }`,
    'workerd',
  )
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      modules: true,
      script: worker,
      compatibilityDate: '2026-10-20',
      bindings: connection,
    }),
  )
  try {
    const response = await miniflare.dispatchFetch('http://worker.example/')
    const { said, save, bytes } = (await response.json()) as Record<string, unknown>
    expect((said as unknown[]).at(-1)).toMatch(link)
    expect(save).toBe('no_files')
    expect(bytes).toBeGreaterThan(1000)
  } finally {
    await miniflare.dispose()
  }
})

test('they run in Chromium as printed, on a page of another origin', async () => {
  const { imports, rest } = await readSnippet()
  const script = await bundle(
    `${imports}
    window.made = (async () => {
      ${settings}
      ${rest}
      const blob = await video.blob()
      const moved = new Reelay({ baseURL: location.origin + '/moved/v1', apiKey })
      const said = await moved.models().catch((error) => error.message)
      return { url: video.url, type: blob.type, size: blob.size, said }
    })()`,
    'browser',
  )
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.goto(installed.page)
    await page.addScriptTag({ content: script })
    const made: unknown = await page.evaluate('window.made')
    expect(made).toMatchObject({ url: expect.stringMatching(link), type: 'video/mp4' })
    expect(made).toMatchObject({ said: expect.stringContaining('put the final address into') })
  } finally {
    await browser.close()
  }
})

test('publint finds nothing', async () => {
  const tarball = await readFile(installed.tarball)
  const { messages } = await publint({
    pack: { tarball: new Uint8Array(tarball).buffer },
    strict: true,
  })
  expect(messages).toEqual([])
})

test('are the types wrong? No, for everybody who can import a module', async () => {
  const attw = join(root, 'node_modules/.bin/attw')
  // Fails by itself where there is a problem that is none of CommonJS or of a TypeScript before 4.7.
  const profile = ['--profile', 'esm-only', '--format', 'json']
  const { stdout } = await promisify(execFile)(attw, [installed.tarball, ...profile])
  const { problems } = JSON.parse(stdout) as { problems: Record<string, unknown> }
  expect(Object.keys(problems).sort()).toEqual(['CJSResolvesToESM', 'NoResolution'])
})

test('it depends on nothing, and its tarball holds what is imported and no source', async () => {
  const folder = join(installed.folder, 'node_modules/reelay')
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object
  expect(Object.keys(manifest).filter((name) => /dependencies/i.test(name))).toEqual([])
  const { stdout } = await promisify(execFile)('tar', ['-tzf', installed.tarball])
  const others = stdout
    .split('\n')
    .filter(
      (path) =>
        !/^$|^package\/(?:package\.json|README\.md|LICENSE|dist\/.*\.(?:js|d\.ts))$/.test(path),
    )
  expect(others).toEqual([])
})

test('TypeScript understands it with its strictest settings', async () => {
  const source = `
    import { Reelay, ReelayError, type Video } from 'reelay'
    import { reelay } from 'reelay/ai'
    import { verifyWebhook } from 'reelay/webhooks'
    const video: Video = await new Reelay().generate({ prompt: 'a boat' }, { onProgress: (p) => p.progress.toFixed() })
    for await (const event of new Reelay().follow(video.id)) {
      if (event.type === 'failed') event.error.code satisfies string
      if (event.type === 'completed') await event.video.save('boat.mp4')
      // @ts-expect-error
      event.nothing
    }
    // @ts-expect-error
    await new Reelay().generate({ prompt: 'a boat', sizes: '1280x720' })
    new ReelayError('', { code: '' }).charge satisfies 'none' | 'possible' | 'certain'
    reelay.video('sora-2').modelId satisfies string
    ;(await verifyWebhook({ body: '', headers: new Headers() }, '')).data.id satisfies string
  `
  await writeFile(join(installed.folder, 'strict.ts'), source)
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
    module: 'NodeNext',
    target: 'ES2023',
    lib: ['ES2023', 'DOM'],
    types: [],
  }
  const config = { compilerOptions: options, files: ['strict.ts'] }
  await writeFile(join(installed.folder, 'tsconfig.json'), JSON.stringify(config))
  const { out } = await runNode([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'])
  expect(out).toBe('')
})
