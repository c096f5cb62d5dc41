// The Markdown that users read holds nothing that nobody tries: every block is run or says why not, every
// command names what there is, and what is a version is one version.

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { operations } from '../../worker/openapi/operations.ts'
import {
  blocks,
  blocksOf,
  findRunner,
  pages,
  readBlocks,
  root,
  type Block,
} from '../docs/blocks.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readJson = <Document>(path: string) => JSON.parse(read(path)) as Document

test('every block is run by a test, or says above it why not', () => {
  expect(blocks.length).toBeGreaterThan(50)
  const forgotten = blocks.filter((block) => {
    return block.notRun === null && findRunner(block) === null && !isDrawing(block)
  })
  expect(forgotten.map(({ place, language }) => `${place} (${language})`)).toEqual([])
})

test('every line of the logs stands in the table of lines', () => {
  const said = read('worker/report/report.ts')
  const lines = [...said.matchAll(/(?:what: *|\| *)'([a-z ]+)'/g)].map(([, what]) => what ?? '')
  // What a job or its relay says is no line.
  const known = lines.filter((what) => what.includes(' ') && !what.startsWith('no '))
  expect(known.length).toBeGreaterThan(25)
  const page = read('docs/operations.md')
  expect(known.filter((what) => !page.includes(`\`${what}\``))).toEqual([])
})

/** Of a drawing there is nothing to run. */
const isDrawing = ({ language, code }: Block) =>
  language === 'text' && !/^\s*(?:\$|npm|npx|node|curl|import|const) /m.test(code)

test('a block with a reason, an indented one and one of an unknown language are told apart', () => {
  const text =
    '# A\n```sh\nA=1\n```\n\n<!-- not run: why -->\n```sh\nls\n```\n- b\n  ```ini\n  c\n  ```\n'
  const found = readBlocks({ path: 'x.md', text })
  expect(found.map((block) => [block.place, block.code, block.notRun, findRunner(block)])).toEqual([
    ['x.md:2', 'A=1\n', null, 'settings'],
    ['x.md:7', 'ls\n', 'why', 'gateway'],
    ['x.md:11', 'c\n', null, null],
  ])
})

test('both READMEs have the same code, but for comments', () => {
  const of = (path: string) => {
    const its = blocks.filter((block) => block.path === path)
    return its.map(({ code }) => code.replaceAll(/ *(?:#|\/\/) .*/g, ''))
  }
  expect(of('README.zh-CN.md')).toEqual(of('README.md'))
})

test('Python is Python, where there is one', async () => {
  const python = blocks.filter(({ language }) => language === 'python')
  expect(python.map(findRunner)).toEqual(['python', 'python'])
  for (const { place, code } of blocksOf('python')) {
    const compile = 'import ast, sys; ast.parse(sys.argv[1])'
    const problem = await promisify(execFile)('python3', ['-c', compile, code]).then(
      () => null,
      (error: { code: unknown; stderr: unknown }) => error,
    )
    if (problem?.code === 'ENOENT') console.warn(`${place} is not compiled: no python3 here`)
    else expect(problem?.stderr ?? '', place).toBe('')
  }
})

describe('commands', () => {
  interface Package {
    readonly scripts: Readonly<Record<string, string>>
  }
  const { scripts } = readJson<Package>('package.json')
  const ofNode = readJson<Package>('n8n-node/package.json').scripts
  const sources = ['worker/cli', 'shared/package/cli', 'test/bench', 'test/bench/day', 'test/slow']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.ts'))
    .map(read)
    .join('\n')
  /** Code spans and blocks: prose names no commands. */
  const spans = pages.flatMap(({ path, text }) => {
    const inline = text.replaceAll(/^ *```[^]*?^ *```$/gm, '').matchAll(/`([^`]+)`/g)
    const code = [...inline].map(([, span = '']) => span.replaceAll(/\s+/g, ' '))
    const inBlocks = blocks.filter((block) => block.path === path)
    return [...code, ...inBlocks.flatMap((block) => block.code.split('\n'))].map((span) => {
      return { path, span }
    })
  })
  const found = (pattern: RegExp) =>
    spans.flatMap(({ path, span }) =>
      Array.from(span.matchAll(pattern), ([, one = '']) => ({ path, one, span })),
    )

  test('name scripts that there are', () => {
    const named = found(/\bnpm run ([\w:-]+)/g)
    expect(named.length).toBeGreaterThan(20)
    const wrong = named.filter(({ one, span }) => {
      return !(one in (span.includes('-w n8n-node') ? ofNode : scripts))
    })
    expect(wrong).toEqual([])
  })

  test('give them flags that are read', () => {
    const flags = found(
      /\bnpm (?:start|run (?:keys|init|smoke|check:relays|bench)\S*)(?= )([^`&]*)/g,
    )
      .concat(found(/(?:^|npx )(reelay (?!generate "a paper boat"$).*)/g))
      .flatMap(({ path, one }) =>
        Array.from(one.matchAll(/ --([a-z][\w-]*)/g), ([, flag = '']) => {
          return { path, flag }
        }),
      )
    expect(flags.length).toBeGreaterThan(10)
    const isRead = (flag: string) => new RegExp(`\\b${flag}\\b['"]?[:,]|--${flag}\\b`).test(sources)
    expect(flags.filter(({ flag }) => !isRead(flag))).toEqual([])
  })

  test('name files and projects that there are', () => {
    const files = found(/\bnode ((?:[\w-]+\/)+[\w.-]+)/g)
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter(({ one }) => !existsSync(join(root, one)))).toEqual([])
    const config = read('vitest.config.ts')
    const projects = found(/--project ([\w-]+)/g)
    expect(projects.length).toBeGreaterThan(4)
    expect(projects.filter(({ one }) => !config.includes(`name: '${one}'`))).toEqual([])
  })

  test('name routes that there are, and bodies that those take', () => {
    const routes = Object.entries(operations).map(([route, { body }]) => {
      return {
        pattern: new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`),
        schema: body?.schema,
      }
    })
    const named = found(/^((?:GET|POST|PATCH|DELETE) \/(?:v1|admin|mcp|health)\b[^`]*)$/g)
    expect(named.length).toBeGreaterThan(40)
    const wrong = named.filter(({ one }) => {
      const [, asked = '', body] = /^(\w+ [^ ?[]+)\S*(?: (\{.*\}))?$/.exec(one) ?? []
      const route = routes.find(({ pattern }) => pattern.test(asked))
      return (
        route === undefined ||
        (body !== undefined && route.schema?.safeParse(JSON.parse(body)).success !== true)
      )
    })
    expect(wrong.map(({ path, one }) => `${path}: ${one}`)).toEqual([])
  })

  test('links within the project lead somewhere, to headings too', () => {
    const toAnchor = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')
    const broken = pages.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)/g)).flatMap(
        ([all, to = '', anchor]) => {
          const target = to === '' ? path : join(path, '..', to)
          if (!existsSync(join(root, target))) return [`${path}: ${all}`]
          if (anchor === undefined) return []
          const anchors = Array.from(read(target).matchAll(/^#+ (.*)$/gm), ([, one = '']) =>
            toAnchor(one),
          )
          return anchors.includes(anchor) ? [] : [`${path}: ${all}`]
        },
      ),
    )
    expect(broken).toEqual([])
  })
})

test('a release has one version, wherever it is told', () => {
  const { version } = readJson<{ version: string }>('package.json')
  const lock = readJson<{ version: string; packages: Record<string, { version: string }> }>(
    'package-lock.json',
  )
  const first = (path: string, pattern: RegExp) => pattern.exec(read(path))?.[1]
  expect({
    'the node': readJson<{ version: string }>('n8n-node/package.json').version,
    'the client': readJson<{ version: string }>('shared/package/package.json').version,
    'the lock': [lock.version, lock.packages['']?.version, lock.packages['n8n-node']?.version],
    'the description of the API': readJson<{ info: { version: string } }>(
      'worker/public/openapi.json',
    ).info.version,
    MCP: first('worker/http/mcp/methods.ts', /serverInfo = \{.*version: '(.*?)'/),
    'the changelog': first('CHANGELOG.md', /^## (\S+)/m),
    "the node's changelog": first('n8n-node/CHANGELOG.md', /^## (\S+)/m),
  }).toEqual({
    'the node': version,
    'the client': version,
    'the lock': [version, version, version],
    'the description of the API': version,
    MCP: version,
    'the changelog': version,
    "the node's changelog": version,
  })
})
