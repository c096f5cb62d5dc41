// A JSON body as its schema reads it, or the one sentence that says what to mend. `wish` continues
// "Cannot …": "create the key".

import type { Context } from 'hono'
import type * as z from 'zod/v4-mini'
import type { JsonValue } from '../../shared/wire/json.ts'
import { refuseIssues } from '../../shared/request/error.ts'
import type { App } from './context.ts'
import { readJson, toHttpError } from './body.ts'

export async function readAs<Schema extends z.ZodMiniType>(
  context: Context<App>,
  schema: Schema,
  wish: string,
): Promise<z.output<Schema>> {
  return parseAs(await readJson(context), schema, wish)
}

export function parseAs<Schema extends z.ZodMiniType>(
  json: JsonValue,
  schema: Schema,
  wish: string,
): z.output<Schema> {
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw toHttpError(refuseIssues(parsed.error.issues, json, wish))
  return parsed.data
}
