// The language of the page: the browser's, unless somebody chose another. English comes with the page,
// others are loaded when they are spoken. `t` fills in `{name}`s; a key that is missing does not compile.

import { en } from './en.ts'

export type StringKey = keyof typeof en
export type Strings = Readonly<Record<StringKey, string>>
export type Language = 'en' | 'zh-CN'

export const languages: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

const STORED = 'reelay.language'
let strings: Strings = en
let language: Language = 'en'

export async function loadLanguage(): Promise<void> {
  language = choose()
  if (language === 'zh-CN') strings = (await import('./zh-CN.ts')).zhCN
  document.documentElement.lang = language
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem(STORED, chosen)
  // Everything is drawn in the new one, also what was made before.
  location.reload()
}

export function getLanguage(): Language {
  return language
}

export function t(key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  return strings[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  )
}

function choose(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'en' || stored === 'zh-CN') return stored
  const wanted = navigator.languages.find((tag) => /^(?:en|zh)\b/i.test(tag)) ?? 'en'
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
