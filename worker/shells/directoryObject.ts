// The Durable Object around the Directory: one for the whole gateway.

import { DurableObject } from 'cloudflare:workers'
import { Directory } from '../directory/directory.ts'
import type { Env } from '../env.ts'
import { toSql } from '../platform/platform.ts'
import { expose, onFirstCall } from './expose.ts'

export class DirectoryObject extends DurableObject<Env> {
  readonly directory: () => Directory

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.directory = onFirstCall(() => new Directory(toSql(state.storage)))
  }
}

expose(DirectoryObject, Directory, (object) => object.directory())
