// What the playground shares with n8n and the Worker: the client that resumes by itself, the fold
// of a log, what each failure means. `npm run build` bundles it into core.js.

import * as z from 'zod/v4-mini'

// zod compiles its checks with `new Function`; a page whose policy forbids that must not even try.
z.config({ jitless: true })

export { ApiError } from '../../../shared/client/error.ts'
export { createClient } from '../../../shared/client/client.ts'
export { failures } from '../../../shared/video/failures.ts'
export { advance, initialState } from '../../../shared/video/video.ts'
