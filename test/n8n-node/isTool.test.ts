// Whether an agent runs the node, also in an n8n that cannot say so itself.

import { expect, test } from 'vitest'

import type { IExecuteFunctions } from 'n8n-workflow'

import { isTool, isToolInProcess } from '../../n8n-node/nodes/Reelay/isTool.ts'
import { lend } from './n8nCore.ts'

function run(type: string, more: object = {}): IExecuteFunctions {
  return lend<IExecuteFunctions>({ getNode: () => ({ type }), ...more })
}

// n8n 1.x and 2.0 have no isToolExecution.
test.each([
  ['n8n-nodes-reelay.reelay', {}, false, false],
  ['n8n-nodes-reelay.reelayTool', {}, true, true],
  ['n8n-nodes-reelay.reelayTool', { isToolExecution: () => false }, true, false],
  ['n8n-nodes-reelay.reelay', { isToolExecution: () => true }, true, true],
])('%s %o', (type, more, asTool, inProcess) => {
  expect([isTool(run(type, more)), isToolInProcess(run(type, more))]).toEqual([asTool, inProcess])
})
