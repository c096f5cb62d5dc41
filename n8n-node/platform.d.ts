// @types/node declares CryptoKey as a value only; the shared core names it as a type.
type CryptoKey = import('node:crypto').webcrypto.CryptoKey
