// Commands that are one request each.

import type { Video } from '../video.ts'
import type { ListOptions } from '../reelay.ts'
import { toChoice, waitFor } from './generate.ts'
import { connect, flag, printJson, read, text, toNumber } from './options.ts'
import { checkOut, saveVideo } from './out.ts'

export async function runGet(args: readonly string[]): Promise<void> {
  const usage = `Usage: reelay get ID [--out FILE] [--wait] [--json]

  --out FILE   where the video goes
  --wait       waits for its end, as generate does; with --quiet, --on-interrupt leave|cancel|ask`
  const own = { out: text, wait: flag, quiet: flag, 'on-interrupt': text }
  const parsed = read(args, usage, own, 1)
  if (parsed === null) return
  const { values, word: id } = parsed
  const onInterrupt = toChoice(values['on-interrupt'])
  await checkOut(values.out)
  const reelay = connect(values)
  if (values.wait) {
    const wish = { ...values, onInterrupt }
    return await waitFor(reelay, wish, (options) => reelay.wait(id, options))
  }
  const video = await reelay.get(id)
  if (values.out !== undefined) await saveVideo(video, values.out)
  if (values.json) printJson(video)
  else console.log(values.out ?? describe(video))
}

export async function runList(args: readonly string[]): Promise<void> {
  const usage = `Usage: reelay list [--limit N] [--after ID] [--order asc|desc] [--json]
                   [--status queued|in_progress|completed|failed] [--model ID] [--search TEXT]`
  const own = { limit: text, after: text, order: text, status: text, model: text, search: text }
  const parsed = read(args, usage, own, 0)
  if (parsed === null) return
  const { values } = parsed
  const { videos } = await connect(values).list({
    limit: toNumber('limit', values.limit),
    after: values.after,
    // What they are not is the gateway's to say.
    order: values.order as ListOptions['order'],
    status: values.status as ListOptions['status'],
    model: values.model,
    q: values.search,
  })
  if (values.json) return printJson(videos)
  for (const video of videos) console.log(describe(video))
}

export async function runCancel(args: readonly string[]): Promise<void> {
  const parsed = read(args, 'Usage: reelay cancel ID [--json]', {}, 1)
  if (parsed === null) return
  const video = await connect(parsed.values).cancel(parsed.word)
  if (parsed.values.json) printJson(video)
  else console.log(describe(video))
}

export async function runDelete(args: readonly string[]): Promise<void> {
  const parsed = read(args, 'Usage: reelay delete ID [--json]', {}, 1)
  if (parsed === null) return
  await connect(parsed.values).delete(parsed.word)
  if (parsed.values.json) printJson({ id: parsed.word, deleted: true })
  else console.log(`${parsed.word} is deleted.`)
}

export async function runModels(args: readonly string[]): Promise<void> {
  const parsed = read(args, 'Usage: reelay models [--json]', {}, 0)
  if (parsed === null) return
  const models = await connect(parsed.values).models()
  if (parsed.values.json) return printJson(models)
  const list = (words: readonly string[]) => (words.length === 0 ? 'any' : words.join(', '))
  for (const { id, seconds, sizes } of models) {
    console.log(`${id}\t${list(seconds)} s\t${list(sizes)}`)
  }
}

function describe({ id, status, progress, charge, error, url, prompt }: Video): string {
  const state = status === 'in_progress' ? `${progress} %` : status
  const result = error === null ? (url ?? '') : `${error.code}, charge ${charge}: ${error.message}`
  const about = (prompt ?? '').replaceAll(/\s+/g, ' ').slice(0, 60)
  return [id, state, about, result].join('\t')
}
