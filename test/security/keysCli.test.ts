// `npm run keys` as an operator meets it: a process, its two streams and its exit code.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'

const program = join(import.meta.dirname, '../../worker/cli/keys.ts')

let site: Site
/** Where the program runs: no `.dev.vars` of the developer's may play a part. */
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  site = await startSite()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await site.close()
})

interface Result {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function keys(
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
    })
    child.stdin.end(input)
    let out = ''
    let err = ''
    child.stdout.on('data', (data: Buffer) => (out += String(data)))
    child.stderr.on('data', (data: Buffer) => (err += String(data)))
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

const admin = () => ({ ADMIN_TOKEN: site.gateway.adminToken })
const here = () => ['--url', site.url]
const status = async (key: string) => (await site.get('/v1/models', { key })).status

test('creates, lists, rotates and revokes a key', async () => {
  const limits = ['--account', 'ops', '--budget', '20', '--rpm', '60', '--scopes', 'generate,read']
  const made = await keys(['create', '--name', 'n8n', ...limits, ...here()], admin())
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^rk_ops_[0-9A-Za-z]{38}\n$/) })
  const key = made.out.trim()
  const id = /key_\w+/.exec(made.err)?.[0] ?? ''
  expect(await status(key)).toBe(200)
  expect((await site.get('/v1/schedules', { key })).status).toBe(403)

  const listed = await keys(['list', '--account', 'ops', ...here()], admin())
  expect(listed.code).toBe(0)
  expect(listed.out).toContain(id)
  expect(listed.out).toContain('of 20 USD')
  expect(listed.out).not.toContain(key)
  expect((await keys(['list', ...here()], admin())).out).toContain(id)

  const rotated = await keys(['rotate', id, '--overlap', '0', ...here()], admin())
  expect([rotated.code, await status(rotated.out.trim())]).toEqual([0, 200])

  const revoked = await keys(['revoke', id, ...here()], admin())
  expect(revoked).toMatchObject({ code: 0, out: '', err: expect.stringContaining(id) })
  expect((await keys(['list', '--account', 'ops', ...here()], admin())).out).toContain('revoked')
  const spent = await site.post('/v1/videos/characters', {}, { key: rotated.out.trim() })
  expect(spent.status).toBe(401)
})

test('takes the token from stdin, and warns of one that others can read in the list of processes', async () => {
  const { adminToken } = site.gateway
  const piped = await keys(['list', '--admin-token', '-', ...here()], {}, `${adminToken}\n`)
  expect(piped).toMatchObject({ code: 0, err: '' })
  const shown = await keys(['list', '--admin-token', adminToken, ...here()])
  expect(shown).toMatchObject({ code: 0, err: expect.stringMatching(/^Warning: --admin-token/) })
  expect(shown.err).not.toContain(adminToken)
})

test('finds the token in .dev.vars, as wrangler does', async () => {
  const file = join(folder, '.dev.vars')
  writeFileSync(file, `# local\nRELAY_API_KEY=x\nADMIN_TOKEN="${site.gateway.adminToken}"\n`)
  expect((await keys(['list', ...here()])).code).toBe(0)
  rmSync(file)
  expect((await keys(['list', ...here()])).code).toBe(1)
})

describe('a mistake is told in one line, with what to do', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', [], /^Usage:/],
    ['an unknown command', ['make'], /no command "make"/],
    ['an unknown option', ['create', '--nmae', 'x'], /--nmae/],
    ['no name', ['create'], /--name/],
    ['no number', ['create', '--name', 'x', '--budget', 'much'], /--budget must be a number/],
    ['no date', ['create', '--name', 'x', '--expires', 'soon'], /--expires must be a date/],
    ['no id', ['revoke'], /key_…/],
    ['an unknown id', ['revoke', 'key_x'], /404.*no such key/],
    ['an id that is a path', ['revoke', '../videos'], /404/],
    ['what the gateway refuses', ['create', '--name', 'x', '--rpm', '0'], /400.*`rpm`/],
    ['an unknown scope', ['create', '--name', 'x', '--scopes', 'all'], /400.*`scopes/],
    ['no address', ['list', '--url', 'gateway'], /--url must be an address/],
    ['a token in the clear', ['list', '--url', 'http://video.example'], /must be https/],
    ['nobody there', ['list', '--url', 'http://127.0.0.1:1'], /does not answer.*npm start/],
    ['a wrong token', ['list', '--admin-token', 'guess'], /does not take this admin token/],
  ])('%s', async (_name, args, message) => {
    const url = args.includes('--url') ? [] : here()
    const result = await keys([...args, ...url], admin())
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err).toMatch(message)
    expect(result.err).not.toMatch(/\bat .*:\d+:\d+/)
    expect(result.err).not.toContain(site.gateway.adminToken)
  })

  test('no token at all', async () => {
    const result = await keys(['list', ...here()])
    expect(result).toMatchObject({ code: 1, err: expect.stringContaining('ADMIN_TOKEN') })
  })
})
