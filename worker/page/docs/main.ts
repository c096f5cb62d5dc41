// /docs: Scalar's reference of /openapi.json, behind an introduction of ours. Scalar is a file of its
// own beside the page, loaded here alone.

import '../styles/tokens.css'
import './docs.css'
import introduction from './introduction.md?raw'

interface Scalar {
  createApiReference(place: string, configuration: object): unknown
}

const at = `/scalar/${SCALAR_VERSION}`
const stylesheet = document.createElement('link')
stylesheet.rel = 'stylesheet'
stylesheet.href = `${at}/style.css`
document.head.append(stylesheet)

const [scalar, answer] = await Promise.all([
  import(/* @vite-ignore */ `${at}/standalone.esm.js`) as Promise<Scalar>,
  fetch('/openapi.json'),
])
const description = (await answer.json()) as { info: object }
// Samples that can be pasted name this very gateway.
const intro = introduction.replaceAll('https://your-gateway.example', location.origin)
scalar.createApiReference('#reference', {
  content: { ...description, info: { ...description.info, description: intro } },
  // Nothing is fetched from, or told to, anybody else.
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  theme: 'none',
  // Every shape stands in the operations that use it.
  hideModels: true,
  defaultOpenAllTags: false,
  operationTitleSource: 'summary',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  hiddenClients: hiddenClients(),
})

/** cURL, TypeScript and Python: one way each. */
function hiddenClients(): Readonly<Record<string, boolean | readonly string[]>> {
  const others = [
    'c',
    'clojure',
    'csharp',
    'dart',
    'fsharp',
    'go',
    'http',
    'java',
    'julia',
    'kotlin',
    'node',
    'objc',
    'ocaml',
    'php',
    'powershell',
    'r',
    'ruby',
    'rust',
    'swift',
  ]
  return {
    ...Object.fromEntries(others.map((name) => [name, true])),
    js: ['axios', 'jquery', 'ofetch', 'xhr'],
    python: ['aiohttp', 'httpx_async', 'httpx_sync', 'python3'],
    shell: ['httpie', 'wget'],
  }
}
