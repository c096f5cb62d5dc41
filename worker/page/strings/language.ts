// Which language the page speaks: the browser's, unless somebody chose another. English comes with the
// page, others are loaded when they are spoken.

import { en } from './en.ts'
import { type Language, speak } from './t.ts'

export const languages: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

const STORED = 'reelay.language'

export async function loadLanguage(): Promise<void> {
  const language = choose()
  speak(language, language === 'en' ? en : (await import('./zh-CN.ts')).zhCN)
  document.documentElement.lang = language
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem(STORED, chosen)
  // Everything is drawn in the new one, also what was made before.
  location.reload()
}

function choose(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'en' || stored === 'zh-CN') return stored
  const wanted = navigator.languages.find((tag) => /^(?:en|zh)\b/i.test(tag)) ?? 'en'
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
