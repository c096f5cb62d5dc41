// Tells a screen reader what happened where it does not look: one polite region for the whole page.

let region: HTMLElement | null = null

export function setAnnouncer(node: HTMLElement | null): void {
  region = node
}

export function announce(text: string): void {
  if (region !== null) region.textContent = text
}
