// What a setting may be, where the platform sets the bound.

import { expect, test } from 'vitest'
import { parseConfig } from '../../worker/config.ts'

const env = {
  RELAY_BASE_URL: 'https://relay.example/v1',
  RELAY_API_KEY: 'key',
  ADMIN_TOKEN: 'admin-token-of-the-test-suite',
}

test('a video may be as large as R2 takes it, and the error says what that is', () => {
  const most = 4.5 * 1024 ** 3
  expect(parseConfig({ ...env, MAX_VIDEO_BYTES: String(most) }).generation.assetBytes).toBe(most)
  expect(() => parseConfig({ ...env, MAX_VIDEO_BYTES: String(most + 1) })).toThrow(
    /^MAX_VIDEO_BYTES must be a number from 1024 to 4831838208 \(4\.5 GiB: R2 takes .*parts/,
  )
})

test('a proxy may serve the gateway under a path, with which links then begin', () => {
  const publicUrlOf = (text: string) => parseConfig({ ...env, PUBLIC_URL: text }).publicUrl
  expect(publicUrlOf('https://video.example/')).toBe('https://video.example')
  expect(publicUrlOf('https://video.example/reelay/')).toBe('https://video.example/reelay')
  for (const wrong of ['video.example', 'ftp://video.example', 'https://video.example/?a=1']) {
    expect(() => publicUrlOf(wrong)).toThrow(/^PUBLIC_URL must be an address/)
  }
})
