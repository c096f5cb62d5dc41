// Makes the page: worker/page → worker/public, with Scalar's reference and the guides beside it. What it
// makes is not in git; `npm start`, the tests, wrangler and `npm run build` all call this, and it does
// nothing while what is there is newer than every source.

import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../..')
const target = join(root, 'worker/public')
const guides = [
  'clients',
  'api',
  'from-openai',
  'agents',
  'chat-apps',
  'relays',
  'settings',
  'operations',
  'self-hosting',
  'troubleshooting',
  'faq',
  'architecture',
]
/** Everything that the page is made of. */
const sources = ['worker/page', 'shared', 'docs', 'worker/cli/buildPage.ts', 'package.json']
/** Written last, so it is as old as a whole build. */
const stamp = join(target, 'llms.txt')

export async function buildPage({ anew = false } = {}): Promise<void> {
  if (!anew && (await isFresh())) return
  const scalar = dirname(
    createRequire(import.meta.filename).resolve('@scalar/api-reference/style.css'),
  )
  const { version } = JSON.parse(await readFile(join(scalar, '../package.json'), 'utf8')) as {
    version: string
  }
  await rm(join(target, 'assets'), { recursive: true, force: true })
  await build({
    configFile: join(root, 'worker/page/vite.config.ts'),
    define: { SCALAR_VERSION: JSON.stringify(version) },
  })
  await copyScalar(scalar, join(target, 'scalar', version))
  await writeGuides()
}

async function isFresh(): Promise<boolean> {
  const made = await stat(stamp).catch(() => null)
  if (made === null) return false
  for (const source of sources) {
    if ((await findNewest(join(root, source))) > made.mtimeMs) return false
  }
  return true
}

async function findNewest(path: string): Promise<number> {
  const { mtimeMs } = await stat(path)
  const info = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => [])
  const times = info
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs)
  return Math.max(mtimeMs, ...(await Promise.all(times)))
}

/** As its makers built it, without the maps. */
async function copyScalar(from: string, to: string): Promise<void> {
  await rm(dirname(to), { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  const isCode = (path: string) => !path.endsWith('.map')
  await cp(join(from, 'browser/standalone.esm.js'), join(to, 'standalone.esm.js'))
  await cp(join(from, 'browser/chunks'), join(to, 'chunks'), { recursive: true, filter: isCode })
  await cp(join(from, 'style.css'), join(to, 'style.css'))
}

/** docs/*.md under /docs, and /llms.txt, which names them all. */
async function writeGuides(): Promise<void> {
  await mkdir(join(target, 'docs'), { recursive: true })
  const lines = await Promise.all(
    guides.map(async (name) => {
      const text = await readFile(join(root, 'docs', `${name}.md`), 'utf8')
      await writeFile(join(target, 'docs', `${name}.md`), text)
      const title = /^# (.+)$/m.exec(text)?.[1] ?? name
      return `- [${title}](/docs/${name}.md)`
    }),
  )
  const introduction = await readFile(join(root, 'worker/page/docs/introduction.md'), 'utf8')
  const text = `# Reelay

> A durable video API in front of any relay: pay once, lose nothing, see it happen.

${introduction.replace('## More\n\nThe guides as text, for people and agents: [llms.txt](/llms.txt).\n', '')}
## Guides

${lines.join('\n')}
- [Every route, as OpenAPI 3.1](/openapi.json)
`
  await writeFile(stamp, text)
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(import.meta.filename)) {
  await buildPage()
}
