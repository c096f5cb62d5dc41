// Every fault of a task, by its id.

import { createFaults } from './createFaults.ts'
import { lookFaults } from './lookFaults.ts'
import { resultFaults } from './resultFaults.ts'

export const taskFaults = { ...createFaults, ...lookFaults, ...resultFaults }

export type TaskFaultId = keyof typeof taskFaults
