// core.js is a bundle of this module; its types are the module's own.
export * from '../../openapi/pageCore.ts'
