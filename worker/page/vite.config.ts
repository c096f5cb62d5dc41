// How the page is made: source here, files with their hash in their names in worker/public/assets. The
// browsers it is made for know everything that is used as it is written.

import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: '../public',
    // Beside it lies what is not made by Vite; buildPage.ts empties what is.
    emptyOutDir: false,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // An image within a style would need a wider policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/docs.html`],
    },
  },
})
