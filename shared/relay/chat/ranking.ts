// Which of the links an answer names is the video. The first is almost never it: previews, status
// pages, help pages and watermarked drafts come before. Best rank wins, the latest within a rank.

import { hasVideoExtension, type FoundLink } from './links.ts'

export type LinkRank =
  | 'structured'
  | 'video'
  | 'play'
  | 'download'
  | 'markdown'
  | 'bareVideo'
  | 'draft'
  | 'bare'
  | 'thought'

/** Best first. `draft` is a watermarked version announced as such; any final link replaces it. */
const ranks: readonly LinkRank[] = [
  'structured',
  'video',
  'play',
  'download',
  'markdown',
  'bareVideo',
  'draft',
  'bare',
  'thought',
]

const playLabels = [
  '点击这里',
  '在线播放',
  '在线观看',
  '播放',
  '观看',
  '查看视频',
  'play',
  'watch',
  'click here',
  'view video',
]
const downloadLabels = ['下载', 'download']
/** Labels of links that describe the task or show a still. */
const otherLabels = [
  '预览',
  '原始数据',
  'preview',
  'raw data',
  '缩略图',
  'thumbnail',
  '封面',
  'cover',
]

const imageExtensions = ['.webp', '.png', '.jpg', '.jpeg', '.gif', '.avif', '.svg']

/** Pages of this host and path prefix are never a result. */
const pages: readonly { readonly host: string; readonly path: string }[] = [
  { host: 'asyncdata.net', path: '/web/' },
  { host: 'asyncdata.net', path: '/source/' },
  { host: 'asyncdata.net', path: '/api/share/' },
  { host: 'sora.chatgpt.com', path: '/p/' },
  { host: 'help.openai.com', path: '/' },
  { host: 'platform.openai.com', path: '/' },
  { host: 'status.openai.com', path: '/' },
  { host: 'openai.com', path: '/policies' },
  { host: 'developers.google.com', path: '/' },
  { host: 'cloud.google.com', path: '/' },
  { host: 'support.google.com', path: '/' },
  { host: 'jimeng.jianying.com', path: '/ai-tool/' },
]
/** First labels of host names that carry documentation or accounts, whoever owns them. */
const pageHosts = [
  'help.',
  'docs.',
  'doc.',
  'support.',
  'developers.',
  'status.',
  'console.',
  'discord.',
]

const errorWords = ['❌', '失败', '错误', 'error', 'failed']

/** An absolute http(s) address, or null for everything else. Relative ones must begin with `/`. */
export function resolveLink(url: string, baseUrl: string): string | null {
  const start = url.slice(0, 'https://'.length).toLowerCase()
  const isAbsolute = start === 'https://' || start.startsWith('http://')
  if (!isAbsolute && !url.startsWith('/')) return null
  try {
    const { href } = new URL(url, baseUrl)
    // As written when it was absolute: normalising could break a signature.
    return isAbsolute ? url : href
  } catch {
    return null
  }
}

export function isImage(url: string): boolean {
  return endsWithOneOf(pathOf(url), imageExtensions)
}

/** The rank of a link found in prose, `preview` for a still, null for one that is never a result. */
export function rankLink(link: FoundLink, url: string): LinkRank | 'preview' | null {
  if (link.kind === 'poster' || isImage(url)) return 'preview'
  if (isPage(url)) return null
  switch (link.kind) {
    case 'video':
      return 'video'
    case 'image':
      return 'markdown'
    case 'anchor':
      return 'markdown'
    case 'markdown': {
      const label = link.label.toLowerCase()
      if (includesOneOf(label, otherLabels)) return hasVideoExtension(url) ? 'bareVideo' : null
      if (includesOneOf(label, playLabels)) return 'play'
      if (includesOneOf(label, downloadLabels)) return 'download'
      return includesOneOf(link.line.toLowerCase(), errorWords) ? null : 'markdown'
    }
    case 'bare':
      if (hasVideoExtension(url)) return 'bareVideo'
      return includesOneOf(link.line.toLowerCase(), errorWords) ? null : 'bare'
  }
}

export interface LinkChoice {
  readonly best: string | null
  /** True when this one is now the best. */
  offer(url: string, rank: LinkRank): boolean
}

export function createLinkChoice(): LinkChoice {
  let best: { readonly url: string; readonly rank: number } | null = null
  return {
    get best() {
      return best?.url ?? null
    },
    offer(url, rank) {
      const order = ranks.indexOf(rank)
      if (best !== null && best.rank < order) return false
      const isNew = best?.url !== url
      best = { url, rank: order }
      return isNew
    },
  }
}

function isPage(url: string): boolean {
  const parsed = new URL(url)
  const host = parsed.hostname.toLowerCase()
  if (pageHosts.some((start) => host.startsWith(start))) return true
  return pages.some(
    (page) =>
      (host === page.host || host.endsWith(`.${page.host}`)) &&
      parsed.pathname.startsWith(page.path),
  )
}

function pathOf(url: string): string {
  return new URL(url).pathname.toLowerCase()
}

function endsWithOneOf(text: string, ends: readonly string[]): boolean {
  return ends.some((end) => text.endsWith(end))
}

function includesOneOf(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word))
}
