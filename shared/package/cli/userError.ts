// What the person at the terminal has to mend. Anything else is a defect and may show its stack.

export class UserError extends Error {}
