// The one thing of vite's that tests use: files of a folder as text, in Node and in workerd alike.

interface ImportMeta {
  glob<T>(
    pattern: string,
    options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true },
  ): Record<string, T>
}
