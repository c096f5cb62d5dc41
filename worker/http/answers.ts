// Every answer by the name it has in the document: what is exported here is a component there. The
// Worker makes its bodies from the types of these schemas and carries none of them; the tests hold
// every body against the document.

export * from './answers/admin.ts'
export * from './answers/gateway.ts'
export * from './answers/operators.ts'
export * from './answers/schedules.ts'
export * from './answers/videos.ts'
export * from './answers/webhooks.ts'
