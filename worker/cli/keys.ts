// `npm run keys -- create --name n8n --budget 20`: the same as `reelay keys`, for a gateway whose
// repository is at hand.

import { runKeys } from '../../shared/package/cli/keys.ts'
import { UserError } from '../../shared/package/cli/userError.ts'

try {
  await runKeys(process.argv.slice(2), 'npm run keys --')
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
