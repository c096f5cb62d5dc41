// What Cloudflare calls: requests and the Durable Object classes.

import { createApp } from './app.ts'

export { AccountObject } from './account/accountObject.ts'
export { Directory } from './directory.ts'
export { GenerationObject } from './generation/generationObject.ts'

export default createApp()
