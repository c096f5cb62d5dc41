// Light, dark, or as the device has it: kept on this device.

export type Theme = 'auto' | 'light' | 'dark'

const STORED = 'reelay.theme'

export function readTheme(): Theme {
  const stored = localStorage.getItem(STORED)
  return stored === 'light' || stored === 'dark' ? stored : 'auto'
}

export function setTheme(theme: Theme): void {
  if (theme === 'auto') localStorage.removeItem(STORED)
  else localStorage.setItem(STORED, theme)
  applyTheme()
}

export function applyTheme(): void {
  const theme = readTheme()
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.dataset['theme'] = theme
}
