// Starts the page: language first, because every component speaks it, then the app.

import { render } from 'preact'
import * as z from 'zod/v4-mini'
import { App } from './App.tsx'
import { applyTheme } from './parts/theme.ts'
import { loadLanguage } from './strings/language.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/composer.css'
import './styles/stage.css'
import './styles/library.css'

// zod compiles its checks with `new Function`; a page whose policy forbids that must not even try.
z.config({ jitless: true })

applyTheme()
const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no #app.')
await loadLanguage()
render(<App />, root)
