// Property tests draw the same values in every run of a commit: what fails has changed. `npm run test:slow`
// draws others, and says which.

import fc from 'fast-check'

const seed = Number(globalThis.process?.env?.['PROPERTY_SEED'] ?? 1)
fc.configureGlobal({ seed })
