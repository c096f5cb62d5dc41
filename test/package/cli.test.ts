// The command line as `npx reelay` runs it: a process of its own, its two streams and its exit code.

import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { environment, installed, runNode } from './installed.ts'

const program = 'node_modules/.bin/reelay'
const reelay = (args: readonly string[], env: Record<string, string | undefined> = {}) =>
  runNode([program, ...args], { ...environment, ...env })

interface Printed {
  readonly id: string
  readonly status: string
  readonly metadata: object
  readonly error: { readonly code: string } | null
}
const json = (out: string) => JSON.parse(out) as Printed

test('generate makes a file, and shows without colour how far it is', async () => {
  const { code, out, err } = await reelay(['generate', 'a boat of the shell', '--out', 'shell.mp4'])
  expect({ code, out }).toEqual({ code: 0, out: 'shell.mp4\n' })
  const file = await readFile(join(installed.folder, 'shell.mp4'))
  expect(file.subarray(4, 8).toString()).toBe('ftyp')
  expect(err).toMatch(/^video_\w+ (?:queued|running) 0 %\n/)
  expect(err).toMatch(/completed 100 %\n$/)
  expect(err).not.toContain('\u001b')
})

test('what is asked goes along, and JSON is the video', async () => {
  const wishes = ['--model', 'sora-2', '--seconds', '8', '--set', 'metadata={"order":"17"}']
  const made = await reelay(['generate', 'a boat in JSON', ...wishes, '--json', '--quiet'])
  expect(made).toMatchObject({ code: 0, err: '' })
  const video = json(made.out)
  expect(video).toMatchObject({ status: 'completed', seconds: '8', metadata: { order: '17' } })
  expect(json((await reelay(['get', video.id, '--json'])).out)).toMatchObject({ id: video.id })
  const again = await reelay(['generate', 'a boat in JSON', ...wishes, '--json', '--quiet'])
  expect(json(again.out).id).toBe(video.id)
  expect((await reelay(['list', '--limit', '50'])).out).toContain(video.id)
  expect(JSON.parse((await reelay(['list', '--limit', '1', '--json'])).out)).toHaveLength(1)
  expect((await reelay(['get', video.id, '--out', 'got.mp4'])).out).toBe('got.mp4\n')
  expect((await reelay(['delete', video.id])).out).toContain('is deleted')
  expect((await reelay(['get', video.id])).code).toBe(1)
})

test('a video can be left to itself, and cancelled', async () => {
  const begun = await reelay(['generate', 'a boat alone [slow:300]', '--detach'])
  const id = begun.out.trim()
  expect(id).toMatch(/^video_\w+$/)
  const { code, out } = await reelay(['cancel', id, '--json'])
  expect({ code, error: json(out).error?.code }).toEqual({ code: 0, error: 'cancelled' })
})

describe('Ctrl-C', () => {
  /** Once the bar has shown that it runs. */
  async function interrupt(args: readonly string[]) {
    const child = spawn(process.execPath, [program, 'generate', ...args], {
      cwd: installed.folder,
      env: environment,
    })
    let err = ''
    let isInterrupted = false
    child.stderr.on('data', (data: Buffer) => {
      err += String(data)
      if (err.includes('running') && !isInterrupted) isInterrupted = child.kill('SIGINT')
    })
    const code = await new Promise<number | null>((done) => child.on('close', done))
    return { code, err, id: /video_\w+/.exec(err)?.[0] ?? '' }
  }

  test('says that the video goes on, and how it is fetched', async () => {
    const { code, err, id } = await interrupt(['a boat left at sea [slow:100]'])
    expect(code).toBe(130)
    expect(err).toContain(`The video goes on: ${id}. Fetch it with: reelay get ${id} --out`)
    expect(json((await reelay(['get', id, '--json'])).out).error).toBeNull()
    const [, advised = ''] = /Fetch it with: reelay (get .+)$/m.exec(err) ?? []
    const fetched = await reelay(advised.replace('boat.mp4', 'later.mp4').split(' '))
    expect(fetched).toMatchObject({ code: 0, out: 'later.mp4\n' })
    const file = await readFile(join(installed.folder, 'later.mp4'))
    expect(file.subarray(4, 8).toString()).toBe('ftyp')
  })

  test('or cancels it, and says what that costs', async () => {
    const { code, err, id } = await interrupt([
      'a boat called back [slow:300]',
      '--on-interrupt',
      'cancel',
    ])
    expect(code).toBe(130)
    expect(err).toContain(`Cancelled: ${id}, charge possible.`)
    expect(json((await reelay(['get', id, '--json'])).out).error?.code).toBe('cancelled')
  })
})

test('check tells what is there', async () => {
  const { code, out } = await reelay(['check'])
  expect(code).toBe(0)
  expect(out).toMatch(/^✓ gateway .+\n✓ relay .+\n✓ key .+no budget\n✓ models .+sora-2/)
  const findings = JSON.parse((await reelay(['check', '--json'])).out) as { ok: boolean }[]
  expect(findings.map(({ ok }) => ok)).toEqual([true, true, true, true])
  expect((await reelay(['models'])).out).toContain('sora-2\t')
})

test('a place where no file can be is said before anything is paid', async () => {
  for (const [place, said] of [
    ['nowhere/boat.mp4', /no file can be written in nowhere/],
    ['.', /--out must name a file/],
  ] as const) {
    const prompt = `a boat for ${place}`
    const { code, out, err } = await reelay(['generate', prompt, '--out', place])
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(said) })
    expect((await reelay(['list', '--search', prompt])).out).toBe('')
  }
})

test('a disk that takes no file does not cost the video', async () => {
  const { code, out, err } = await reelay(['generate', 'a boat', '--out', `${'b'.repeat(250)}.mp4`])
  expect({ code, out }).toEqual({ code: 4, out: '' })
  expect(err).toMatch(/not_saved: .+stored at the gateway[\s\S]+reelay get video_\w+ --out FILE/)
})

test('what went wrong is JSON, too, where JSON is asked for', async () => {
  const error = async (args: string[], env?: Record<string, string | undefined>) => {
    const { out } = await reelay([...args, '--json'], env)
    return (JSON.parse(out) as { error: object }).error
  }
  expect(await error(['generate', 'a boat', '--seconds', '999'])).toMatchObject({
    code: 'invalid_request',
    charge: 'none',
    param: 'seconds',
    request_id: expect.stringMatching(/^req_/),
  })
  expect(await error(['generate', 'a boat [fail:guardrail]', '--quiet'])).toMatchObject({
    code: 'content_policy',
    video: { status: 'failed' },
  })
  expect(await error(['generate'])).toEqual({
    code: 'command_failed',
    message: 'A word is missing.',
  })
  expect(await error(['keys', 'revoke', 'key_x'], { ADMIN_TOKEN: 'guess' })).toMatchObject({
    code: 'command_failed',
  })
})

test('a video that was there is said to be, and list finds it by state and by words', async () => {
  const first = await reelay(['generate', 'a red boat'])
  expect(first.err).not.toContain('--new')
  expect((await reelay(['generate', 'a red boat'])).err).toContain('--new makes another')
  const found = async (...args: string[]) => (await reelay(['list', ...args])).out
  expect(await found('--search', 'a red boat', '--status', 'completed')).toContain('a red boat')
  expect(await found('--search', 'a red boat', '--status', 'failed')).toBe('')
})

test('a gateway may be served under a path', async () => {
  const env = {
    REELAY_BASE_URL: `${installed.page}/behind/v1`,
    ADMIN_TOKEN: installed.adminToken,
  }
  expect(await reelay(['check'], env)).toMatchObject({ code: 0, err: '' })
  const { code, out } = await reelay(['keys', 'list'], env)
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('key_') })
})

test('it says which it is', async () => {
  const { version } = JSON.parse(
    await readFile(join(installed.folder, 'node_modules/reelay/package.json'), 'utf8'),
  ) as { version: string }
  expect(await reelay(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('keys are made and listed', async () => {
  const admin = { ADMIN_TOKEN: installed.adminToken }
  const made = await reelay(['keys', 'create', '--name', 'shell', '--json'], admin)
  expect(made.code).toBe(0)
  const { key } = JSON.parse(made.out) as { key: string }
  expect((await reelay(['models'], { REELAY_API_KEY: key })).code).toBe(0)
  const limited = ['--name', 'monthly', '--budget', '5', '--period', 'month']
  const where = ['--base-url', installed.baseURL]
  const elsewhere = { ...admin, REELAY_BASE_URL: 'http://127.0.0.1:9' }
  const made5 = await reelay(['keys', 'create', ...limited, ...where], elsewhere)
  expect(made5).toMatchObject({ code: 0, err: expect.stringContaining('of 5 USD a month') })
  const { out } = await reelay(['keys', 'list'], admin)
  expect(out).toContain('shell')
  expect(out).toMatch(/0 USD spent, of 5 USD a month\tmonthly/)
})

describe('an exit code says what went wrong', () => {
  test.each<[number, string[], RegExp, Record<string, string | undefined>?]>([
    [2, ['make'], /no command make/],
    [2, ['generate'], /A word is missing/],
    [2, ['generate', 'a boat', '--sice', 'x'], /--sice/],
    [2, ['generate', 'a boat', '--image', 'none.png'], /no file none\.png/],
    [2, ['generate', 'a boat', '--on-interrupt', 'explode'], /leave, cancel or ask/],
    [2, ['models'], /Give --api-key, or set REELAY_API_KEY/, { REELAY_API_KEY: undefined }],
    [2, ['get', 'video_x', '--out', '.'], /--out must name a file/],
    [3, ['keys', 'list', '--url', 'http://127.0.0.1:9'], /does not answer/, { ADMIN_TOKEN: 'x' }],
    [1, ['keys', 'list'], /does not take this admin token/, { ADMIN_TOKEN: 'x' }],
    [
      1,
      ['generate', 'a boat', '--seconds', '999'],
      /invalid_request: .*seconds[\s\S]*request req_/,
    ],
    [1, ['models'], /invalid_api_key/, { REELAY_API_KEY: 'rk_nobody' }],
    [3, ['models'], /connection_failed/, { REELAY_BASE_URL: 'http://127.0.0.1:9' }],
    [4, ['generate', 'a boat [cut:60]', '--quiet'], /charge {2}possible[\s\S]*advice/],
  ])('%i: %o', async (exit, args, said, env) => {
    const { code, out, err } = await reelay(args, env)
    expect({ code, out }).toEqual({ code: exit, out: '' })
    expect(err).toMatch(said)
    expect(err).not.toMatch(/\bat .*:\d+:\d+/)
  })

  test('and --help explains them', async () => {
    const { code, out } = await reelay(['--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/Exit codes\n {2}0 [\s\S]+130/)
    expect((await reelay(['generate', '--help'])).out).toContain('--on-interrupt')
    expect((await reelay(['keys', '-h'])).out).toContain('--period')
    expect((await reelay(['list', '-h'])).out).toContain('--status')
  })
})
