// `t` says something in the language of the page, and fills in `{name}`s. A key that is missing does not
// compile.

import { en } from './en.ts'

export type StringKey = keyof typeof en
export type Strings = Readonly<Record<StringKey, string>>
export type Language = 'en' | 'zh-CN'

let strings: Strings = en
let language: Language = 'en'

export function speak(spoken: Language, words: Strings): void {
  language = spoken
  strings = words
}

export function getLanguage(): Language {
  return language
}

export function t(key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  return strings[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  )
}
