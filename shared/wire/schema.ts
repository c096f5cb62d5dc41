// What all schemas of the wire share: a sentence about a field, and the type of what is sent.

import * as z from 'zod/v4-mini'

/** What the API's description says of a field. */
export function say<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  z.globalRegistry.add(schema, { description })
  return schema
}

/** What a schema describes: read-only, and JSON has no undefined, so an optional field is there or not. */
export type FromSchema<Schema extends z.ZodMiniType> = Sent<z.output<Schema>>

type Sent<Value> = Value extends readonly (infer Entry)[]
  ? readonly Sent<Entry>[]
  : Value extends object
    ? { readonly [Field in keyof Value]: Sent<Exclude<Value[Field], undefined>> }
    : Value
