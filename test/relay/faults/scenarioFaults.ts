// Faults of the answer to a POST: the ones a prompt may ask for, too.

import { answerFaults } from './answers.ts'
import { endingFaults } from './endings.ts'
import { statusFaults } from './statuses.ts'
import { volumeFaults } from './volumes.ts'

export const scenarioFaults = { ...answerFaults, ...statusFaults, ...endingFaults, ...volumeFaults }
