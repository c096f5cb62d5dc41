// Every kind of relay there is. A new one is a folder and a line here.

import { chat } from './chat/chat.ts'
import { newapi } from './newapi/newapi.ts'
import { openrouter } from './openrouter/openrouter.ts'
import type { RelayKind } from './relay.ts'
import { videos } from './videos/videos.ts'
import { xai } from './xai/xai.ts'

const table = { chat, videos, xai, newapi, openrouter } as const satisfies Record<string, RelayKind>

export type KindId = keyof typeof table

export const kindIds = Object.keys(table) as readonly KindId[]

export const kinds: Readonly<Record<KindId, RelayKind>> = table
