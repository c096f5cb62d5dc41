// What comes from others: pinned by hash, under a licence we may use, running nothing while it is
// installed, new enough. And nothing of ours that must not be published lies in the tree.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createApiKey, parseApiKey } from '../../worker/proofs/apiKey.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly license?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const manifest = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}
/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
const toName = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)
const packages = Object.entries(lock.packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  .map(([path, locked]) => ({ name: toName(path), ...locked }))
const shipped = packages.filter(({ dev }) => dev !== true)

describe('the lockfile', () => {
  test('pins every package by a SHA-512 of its bytes', () => {
    expect(packages.length).toBeGreaterThan(100)
    const loose = packages.filter(
      ({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
    )
    expect(loose.map(({ name }) => name)).toEqual([])
  })

  test('fetches from no host but the registry that npm is set to', () => {
    const hosts = packages.filter(({ resolved }) => resolved !== undefined)
    expect(hosts.map(({ name, resolved }) => `${name} ${resolved}`)).toEqual([])
  })

  test('agrees with exact versions in package.json', () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
    for (const [name, version] of Object.entries(wanted)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version])
    }
  })
})

describe('what ships in the Worker', () => {
  test('is these packages and no more', () => {
    expect(shipped.map(({ name }) => name).sort()).toEqual(['croner', 'hono', 'ipaddr.js', 'zod'])
    expect(Object.keys(manifest.dependencies).sort()).toEqual(
      shipped.map(({ name }) => name).sort(),
    )
  })

  test('may be passed on by anybody', () => {
    expect([...new Set(shipped.map(({ license }) => license))]).toEqual(['MIT'])
  })

  test('is new enough: hono with its body limit and routing advisories fixed', () => {
    const [major = 0, minor = 0, patch = 0] = (manifest.dependencies['hono'] ?? '')
      .split('.')
      .map(Number)
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(4_013_005)
  })

  test('publishes the node without a dependency of its own', () => {
    const node = JSON.parse(read('n8n-node/package.json')) as Record<string, unknown>
    expect(node['dependencies']).toBeUndefined()
    expect(
      Object.keys(Object(node['scripts'])).filter((name) => /^(pre|post)?install$/.test(name)),
    ).toEqual([])
  })
})

describe('what only tests and tools use', () => {
  /** Fine to run; the weak copylefts bind who passes them on, and nobody here does. */
  const licences = new Set([
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'LGPL-3.0-or-later',
    'MIT',
    'MPL-2.0',
    'Python-2.0',
    'Unlicense',
  ])
  /** Named one by one, with the reason why an unlisted or missing licence is fine. */
  const exceptions: Readonly<Record<string, string>> = {
    buildcheck: 'MIT, written the old way',
    'cpu-features': 'MIT, written the old way',
    ssh2: 'MIT, written the old way',
  }
  /** n8n's own engine, under its Sustainable Use License: run here to test our node, never shipped. */
  const isOfN8n = (name: string) => /^(?:@n8n\/|@n8n_io\/|n8n-)/.test(name)

  /** `(MIT OR CC0-1.0)` needs one of them, `A AND B` both. */
  const isAllowed = (expression: string) =>
    expression
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every((one) => licences.has(one)))

  test('has a licence from the list', () => {
    const others = packages.filter(
      ({ name, license }) =>
        !isAllowed(license ?? '') && exceptions[name] === undefined && !isOfN8n(name),
    )
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([])
  })

  test('runs nothing when it is installed, but the pinned runtimes', () => {
    const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript === true)
    const allowed = scripts.filter(({ name }) => manifest.allowScripts[name] === true)
    expect(new Set(allowed.map(({ name }) => name))).toEqual(
      new Set(['node', 'esbuild', 'workerd']),
    )
    // Decided one by one: a new script is neither allowed nor forgotten.
    expect([...new Set(scripts.map(({ name }) => name))].sort()).toEqual(
      Object.keys(manifest.allowScripts).sort(),
    )
  })
})

describe('the platform', () => {
  const toml = read('wrangler.toml')

  test('drops credentials on redirects to another origin, and calls strangers as strangers', () => {
    const date = /^compatibility_date = "(\d{4}-\d{2}-\d{2})"$/m.exec(toml)?.[1] ?? ''
    expect(date >= '2025-09-01').toBe(true)
    expect(toml).toMatch(/^compatibility_flags = \[.*"global_fetch_strictly_public".*\]$/m)
  })

  test('sends every route of the API to the Worker, never to a file', () => {
    expect(toml).toMatch(
      /^run_worker_first = \["\/v1\/\*", "\/admin\/\*", "\/health", "\/\.well-known\/\*"\]$/m,
    )
  })

  test('writes no signed link into its logs', () => {
    const observability = /^\[observability\]\n((?:\w.*\n)*)/m.exec(toml)?.[1] ?? ''
    expect(observability).toMatch(/^enabled = true$/m)
    expect(observability).toMatch(/^redact_query_string = true$/m)
    expect(toml).not.toMatch(/redact_query_string = false/)
  })

  test('answers at no address that was not meant: said out loud, and none beside a domain', () => {
    expect(toml).toMatch(/^preview_urls = false$/m)
    const atWorkersDev = /^workers_dev = (true|false)$/m.exec(toml)?.[1]
    const hasDomain = /^\[*routes?\b/m.test(toml)
    expect(atWorkersDev).toBe(hasDomain ? 'false' : 'true')
  })

  test('ends a call that computes for too long', () => {
    const milliseconds = Number(/^\[limits\]\ncpu_ms = (\d+)$/m.exec(toml)?.[1])
    // The longest honest one reads an answer of 16 MiB.
    expect(milliseconds).toBeGreaterThanOrEqual(15_000)
    expect(milliseconds).toBeLessThanOrEqual(30_000)
  })

  test('has no secret in its settings', () => {
    // Nor `[secrets] required`: `wrangler dev` would then read nothing else of .dev.vars.
    expect(toml).not.toMatch(/RELAY_API_KEY|ADMIN_TOKEN|SIGNING_SECRET|^\[secrets\]/m)
  })
})

describe.each(['n8n-node', 'reelay'])('a release of %s', (name) => {
  const text = read(`.github/workflows/release-${name}.yml`)
  const [, build = '', publish = ''] = text.split(/^ {2}(?:build|publish):$/m)

  test('is built and tested by a job that may publish nothing', () => {
    expect(build).toMatch(/^ +- run: bash \.ci\/run$/m)
    expect(build).toContain('npm pack')
    expect(build).not.toMatch(/id-token|environment:|npm publish|permissions:/)
  })

  test('is published by a job that runs nothing but npm, on what the first one made', () => {
    expect(publish).toMatch(/^ {4}needs: build$/m)
    expect(publish).toMatch(/^ {4}permissions:\n {6}id-token: write\n {4}\S/m)
    const runs = [...publish.matchAll(/^ +- run: (.+)$/gm)].map(([, command]) => command)
    expect(runs).toEqual([
      'npm publish ./package/*.tgz --provenance --access public --ignore-scripts',
    ])
    expect(publish).not.toMatch(/checkout|npm (?:ci|install)|\.ci\/run/)
  })

  test('takes the right to publish nowhere else', () => {
    const all = readdirSync(join(root, '.github/workflows')).map((name) =>
      read(`.github/workflows/${name}`),
    )
    const jobs = all.flatMap((one) => one.split(/^ {2}[\w-]+:$/m))
    for (const job of jobs.filter((one) => one.includes('id-token: write'))) {
      expect(job).not.toMatch(/npm (?:ci|install)|\.ci\/run|checkout@/)
    }
  })
})

describe('the workflows', () => {
  const folder = join(root, '.github/workflows')
  const workflows = readdirSync(folder).map(
    (name) => [name, read(`.github/workflows/${name}`)] as const,
  )

  test.each(workflows)('%s uses actions by commit, and may read only', (_name, text) => {
    const uses = [...text.matchAll(/^\s*-? *uses: *(\S+)/gm)].map(([, action]) => action)
    expect(uses.length).toBeGreaterThan(0)
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/)
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
    expect(text).not.toMatch(/pull_request_target|secrets\.|\$\{\{ *github\.(?:event|head_ref)/)
  })
})

/** Shapes of secrets that people lose. Ours carry a checksum, so only real ones count. */
const shapes: Readonly<Record<string, RegExp>> = {
  'a private key': /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/,
  'an AWS key': /\bAKIA[0-9A-Z]{16}\b/,
  'a GitHub token': /\b(?:gh[opsu]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60})/,
  'an npm token': /\bnpm_[0-9A-Za-z]{36}\b/,
  'an OpenAI key': /\bsk-(?:proj-)?[0-9A-Za-z_-]{40}/,
  'a Google key': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'a Slack token': /\bxox[abprs]-[0-9A-Za-z-]{20}/,
  'a web token': /\beyJ[0-9A-Za-z_-]{15,}\.eyJ[0-9A-Za-z_-]{15,}\.[0-9A-Za-z_-]{20}/,
}

function findSecrets(text: string): string[] {
  const found = Object.entries(shapes).filter(([, shape]) => shape.test(text))
  const keys = text.match(/\brk_[A-Za-z0-9-]{1,40}_[0-9A-Za-z]{38}/g) ?? []
  const ours = keys.some((key) => parseApiKey(key) !== null)
  return [...found.map(([name]) => name), ...(ours ? ['a key of a gateway'] : [])]
}

function* listFiles(folder: string): Iterable<string> {
  const skipped = ['node_modules', '.git', '.wrangler', 'dist', 'coverage', '.dev.vars']
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* listFiles(path)
    else if (entry.isFile()) yield path
  }
}

describe('the secret scan', () => {
  test('knows a secret when it sees one', () => {
    const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
    const letters = 'aB3'.repeat(20)
    const samples = [
      `-----BEGIN ${'RSA '}PRIVATE KEY-----`,
      `AKIA${'A1'.repeat(8)}`,
      `ghp_${letters.slice(0, 36)}`,
      `npm_${letters.slice(0, 36)}`,
      `sk-proj-${letters.slice(0, 48)}`,
      `AIza${letters.slice(0, 35)}`,
      `xoxb-${letters.slice(0, 24)}`,
      `eyJ${letters.slice(0, 20)}.eyJ${letters.slice(0, 20)}.${letters.slice(0, 20)}`,
      createApiKey(bytes, 'acme'),
    ]
    for (const sample of samples) expect(findSecrets(`key = "${sample}"`)).toHaveLength(1)
    expect(findSecrets(`rk_acme_${letters.slice(0, 38)}`)).toEqual([])
  })

  test('finds nothing in the tree', () => {
    const files = [...listFiles(root)]
    expect(files.length).toBeGreaterThan(500)
    const found = files.flatMap((path) =>
      findSecrets(readFileSync(path, 'latin1')).map((what) => `${relative(root, path)}: ${what}`),
    )
    // A gateway that exists as a frozen storage only has keys, too.
    const frozen = /^test\/fixtures\/storage\/[\d.]+\/expected\.json: a key of a gateway$/
    expect(found.filter((one) => !frozen.test(one))).toEqual([])
  })
})
