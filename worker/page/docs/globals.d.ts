// What the build puts in.

declare const SCALAR_VERSION: string
