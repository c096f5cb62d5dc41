// Addresses that are no result: pages about a task, about a relay, about an account, and files on a
// machine of its own. Only the first of them tells something we read.

/** Show a task's state to anybody who has its id, on these pages. Only their own links are followed. */
export const statusHosts = ['asyncdata.net']
export const statusPages = ['/web/', '/source/', '/api/share/']

/** Pages of this host and path prefix are never a result. */
export const pages: readonly { readonly host: string; readonly path: string }[] = [
  ...statusHosts.flatMap((host) => statusPages.map((path) => ({ host, path }))),
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
export const pageHosts = [
  'help.',
  'docs.',
  'doc.',
  'support.',
  'developers.',
  'status.',
  'console.',
  'discord.',
]
/** Where a machine keeps its own files, whose paths nobody else can open. */
export const ofMachine = /^\/(?:tmp|home|root|var|mnt|opt|usr|app|srv|workspace|users)\//i
