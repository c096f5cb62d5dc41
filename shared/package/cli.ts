#!/usr/bin/env node
// `npx reelay`: see cli/run.ts.

import { run } from './cli/run.ts'

process.exitCode = await run(process.argv.slice(2))
