import { describe, expect, test } from 'vitest'
import { createSigner } from '../../worker/proofs/signature.ts'
import type { VideoResource } from '../../shared/video/video.ts'
import {
  signLink,
  type SignedLink,
  verifyEventsLink,
  verifyLink,
  withGuestLink,
  withLinks,
} from '../../worker/proofs/signedLink.ts'
import { createVideoId, isVideoId } from '../../worker/proofs/videoId.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const adminToken = 'admin-token-of-this-deployment'
const signer = createSigner({ adminToken })

describe('createSigner', () => {
  test('accepts what it signed, and nothing else', async () => {
    const signature = await signer.sign('link', 'text')
    expect(signature).toMatch(/^[0-9A-Za-z]{43}$/)
    expect(await signer.isSigned('link', 'text', signature)).toBe(true)
    expect(await signer.isSigned('link', 'text!', signature)).toBe(false)
    expect(await signer.isSigned('link', 'text', '')).toBe(false)
    expect(await signer.isSigned('link', 'text', signature.slice(0, -1))).toBe(false)
    expect(await signer.isSigned('link', 'text', `${signature}0`)).toBe(false)
  })

  test('uses another key for every purpose', async () => {
    const [link, id] = await Promise.all([signer.sign('link', 't'), signer.sign('video id', 't')])
    expect(link.endsWith(id)).toBe(false)
    expect(await signer.isSigned('video id', 't', link.slice(-8))).toBe(false)
  })

  test('derives the same keys in every isolate', async () => {
    const signature = await signer.sign('link', 'text')
    expect(await createSigner({ adminToken }).sign('link', 'text')).toBe(signature)
    expect(await createSigner({ adminToken: 'another' }).sign('link', 'text')).not.toBe(signature)
  })

  const old = createSigner({ signingSecrets: ['old'], adminToken })
  const rotating = createSigner({ signingSecrets: ['new', 'old'], adminToken })
  const rotated = createSigner({ signingSecrets: ['new'], adminToken })

  test('signs with the new secret and accepts the old one while it rotates', async () => {
    const before = await old.sign('link', 'text')
    const after = await rotating.sign('link', 'text')
    expect(await rotating.isSigned('link', 'text', before)).toBe(true)
    expect(await rotated.isSigned('link', 'text', after)).toBe(true)
    expect(await rotated.isSigned('link', 'text', before)).toBe(false)
    expect(await old.isSigned('link', 'text', after)).toBe(false)
  })

  test('keeps links alive when a signing secret is set later', async () => {
    const before = await signer.sign('link', 'text')
    expect(await rotated.isSigned('link', 'text', before)).toBe(true)
  })

  test('keeps links alive over a new admin token that lists the old one', async () => {
    const before = await signer.sign('link', 'text')
    const replaced = createSigner({ signingSecrets: ['new', adminToken], adminToken: 'replaced' })
    expect(await replaced.isSigned('link', 'text', before)).toBe(true)
  })

  test('accepts what a retired secret signed, and signs nothing with it', async () => {
    const weak = createSigner({ adminToken: 'letmein2026' })
    const mended = createSigner({ adminToken, retiredSecret: 'letmein2026' })
    expect(await mended.isSigned('link', 'text', await weak.sign('link', 'text'))).toBe(true)
    expect(await weak.isSigned('link', 'text', await mended.sign('link', 'text'))).toBe(false)
  })

  test('says which variable is missing instead of signing with nothing', async () => {
    const empty = createSigner({ signingSecrets: [], adminToken: '' })
    await expect(empty.sign('link', 'text')).rejects.toThrow(/ADMIN_TOKEN or SIGNING_SECRET/)
    expect(await empty.isSigned('link', 'text', '')).toBe(false)
  })
})

describe('createVideoId', () => {
  test('makes ids that only their own account and deployment accept', async () => {
    const id = await createVideoId(signer, random, 'acme')
    expect(id).toMatch(/^video_[0-9A-Za-z]{30}$/)
    expect(await isVideoId(signer, id, 'acme')).toBe(true)
    expect(await isVideoId(signer, id, 'other')).toBe(false)
    expect(await isVideoId(createSigner({ adminToken: 'another' }), id, 'acme')).toBe(false)
  })

  test('never makes the same id twice', async () => {
    const ids = Array.from({ length: 300 }, () => createVideoId(signer, random, 'acme'))
    expect(new Set(await Promise.all(ids)).size).toBe(300)
  })

  test('refuses every change of one character', async () => {
    const id = await createVideoId(signer, random, 'acme')
    const changes = Array.from(id, (character, index) => {
      const other = character === 'A' ? 'B' : 'A'
      return id.slice(0, index) + other + id.slice(index + 1)
    })
    const verdicts = await Promise.all(changes.map((change) => isVideoId(signer, change, 'acme')))
    expect(verdicts).toHaveLength(36)
    expect(verdicts).not.toContain(true)
  })

  test.each(['', 'video_', 'video_123', `video_${'a'.repeat(29)}`, `video_${'a'.repeat(31)}`])(
    'refuses %j without computing anything',
    async (id) => {
      expect(await isVideoId(signer, id, 'acme')).toBe(false)
    },
  )
})

const hourMs = 3_600_000
const now = 1_790_000_000_000
const link = { id: 'video_abc', variant: 'video', expiresAt: now + 24 * hourMs } as const

async function sign(overrides: Partial<SignedLink> = {}) {
  const path = await signLink(signer, { ...link, ...overrides }, now)
  return new URL(path, 'https://reelay.example')
}

const verify = (search: string, overrides: { id?: string; now?: number } = {}) =>
  verifyLink(signer, { id: link.id, search, now, ...overrides })

describe('signLink', () => {
  test.each(['video', 'thumbnail'] as const)('opens the %s it names', async (variant) => {
    const url = await sign({ variant })
    expect(url.pathname).toBe('/v1/videos/video_abc/content')
    expect(await verify(url.search)).toMatchObject({ ok: true, variant })
  })

  test('lasts to the full hour after the wish, never shorter', async () => {
    const verdict = await verify((await sign()).search)
    if (!verdict.ok) throw new Error(verdict.reason)
    expect(verdict.expiresAt % hourMs).toBe(0)
    expect(verdict.expiresAt).toBeGreaterThanOrEqual(link.expiresAt)
    expect(verdict.expiresAt).toBeLessThan(link.expiresAt + hourMs)
  })

  test('is the same within the hour and another one later', async () => {
    const edge = Math.ceil(link.expiresAt / hourMs) * hourMs
    const first = await sign({ expiresAt: edge - hourMs + 1 })
    expect((await sign({ expiresAt: edge })).href).toBe(first.href)
    expect((await sign({ expiresAt: edge + 1 })).href).not.toBe(first.href)
  })

  test.each([60_000, 90_000, hourMs, 24 * hourMs])(
    'of a life of %i ms lasts at most twice as long, and an hour longer',
    async (ttlMs) => {
      const video = { id: link.id, status: 'completed', expires_at: null } as VideoResource
      const settings = { signer, ttlMs, publicUrl: null }
      const before = Date.now()
      const origin = 'https://reelay.example'
      const { url, events_url = '' } = await withLinks(settings, video, origin)
      const verdict = await verify(new URL(url ?? '').search, { now: before })
      if (!verdict.ok) throw new Error(verdict.reason)
      expect(verdict.expiresAt - before).toBeGreaterThanOrEqual(ttlMs)
      expect(verdict.expiresAt - Date.now()).toBeLessThanOrEqual(ttlMs + Math.min(ttlMs, hourMs))
      const visit = { id: link.id, search: new URL(events_url).search, now: before }
      const ofEvents = await verifyEventsLink(signer, visit)
      expect(ofEvents).toEqual({ ok: true, expiresAt: verdict.expiresAt })
      // What a guest is shown ends with the link they came by, also one that an earlier setting made.
      const guestUntil = before - (before % 1000) + 5_000
      const shown = await withGuestLink(settings, video, origin, guestUntil)
      const ofGuest = await verify(new URL(shown.url ?? '').search, { now: before })
      expect(ofGuest).toMatchObject({ ok: true, expiresAt: guestUntil })
    },
  )

  test('lasts no longer than seven days, whatever is wished', async () => {
    const verdict = await verify((await sign({ expiresAt: now + 30 * 24 * hourMs })).search)
    if (!verdict.ok) throw new Error(verdict.reason)
    expect(verdict.expiresAt).toBeLessThanOrEqual(now + 7 * 24 * hourMs)
    expect(verdict.expiresAt).toBeGreaterThan(now + 7 * 24 * hourMs - hourMs)
  })
})

describe('verifyLink', () => {
  test('refuses a link from the very moment it expires', async () => {
    const { search } = await sign()
    const verdict = await verify(search)
    if (!verdict.ok) throw new Error(verdict.reason)
    expect(await verify(search, { now: verdict.expiresAt - 1 })).toMatchObject({ ok: true })
    expect(await verify(search, { now: verdict.expiresAt })).toEqual({
      ok: false,
      reason: 'expired',
    })
  })

  test('refuses the query of another video, variant or deployment', async () => {
    const { search } = await sign()
    const thumbnail = (await sign({ variant: 'thumbnail' })).search
    const refused = { ok: false, reason: 'refused' }
    expect(await verify(search, { id: 'video_abd' })).toEqual(refused)
    expect(await verify(`?variant=thumbnail&${search.slice(1)}`)).toEqual(refused)
    expect(await verify(thumbnail.replace('variant=thumbnail&', ''))).toEqual(refused)
    const foreign = createSigner({ adminToken: 'another' })
    expect(await verifyLink(foreign, { id: link.id, search, now })).toEqual(refused)
  })

  test.each([
    ['', 'nothing'],
    ['?', 'an empty query'],
    ['?variant=thumbnail', 'a variant alone'],
  ])('leaves %j to the key', async (search) => {
    expect(await verify(search)).toEqual({ ok: false, reason: 'unsigned' })
  })

  test('refuses 300 and more changed, doubled, added, dropped and moved parameters', async () => {
    const { search } = await sign({ variant: 'thumbnail' })
    const [variant = '', expires = '', signature = ''] = search.slice(1).split('&')
    // Every single bit of every character, as far as the result is still text of a query.
    const flips = Array.from(search.slice(1)).flatMap((character, index) =>
      [1, 2, 4, 8, 16, 32, 64].map((bit) => {
        const flipped = String.fromCharCode(character.charCodeAt(0) ^ bit)
        return search.slice(0, index + 1) + flipped + search.slice(index + 2)
      }),
    )
    const shuffles = [
      `${search}&${signature}`,
      `${search}&${expires}`,
      `${search}&${variant}`,
      `${search}&expires=9999999999`,
      `?expires=9999999999&${search.slice(1)}`,
      `${search}&utm_source=x`,
      `${search}&`,
      `?&${search.slice(1)}`,
      `${search}#x`,
      `${search}%00`,
      ` ${search}`,
      search.slice(1),
      search.toUpperCase(),
      `?${expires}&${variant}&${signature}`,
      `?${signature}&${variant}&${expires}`,
      `?${variant}&${expires}`,
      `?${variant}&${signature}`,
      `?${variant}&${expires}&signature=`,
      `?${variant}&expires=&${signature}`,
      `?${variant}&expires=NaN&${signature}`,
      `?${variant}&${expires}.0&${signature}`,
      `?${variant}&${expires.replace('=', '=0')}&${signature}`,
      `?${variant}&${expires.replace('=', '=%2B')}&${signature}`,
      `?variant=thumbnai%6C&${expires}&${signature}`,
      `?variant=video&${expires}&${signature}`,
      `?variant=original&${expires}&${signature}`,
    ]
    const variants = [...flips, ...shuffles]
    expect(variants.length).toBeGreaterThan(300)
    expect(await verify(search)).toMatchObject({ ok: true })
    for (const changed of variants) {
      expect(await verify(changed), changed).toMatchObject({ ok: false })
    }
  })
})
