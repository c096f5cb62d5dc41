// The lock of the package's own repository: what the project's lock says of everything that its manifest
// leads to, so that there is installed what was tested here.

type Dependencies = Readonly<Record<string, string>>

interface Locked {
  readonly dependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Lock {
  readonly lockfileVersion: number
  readonly requires: boolean
  readonly packages: Readonly<Record<string, Locked>>
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly devDependencies: Dependencies
}

export function lockRepository(manifest: Manifest, { packages, ...lock }: Lock): object {
  const { name, version } = manifest
  const kept = new Set<string>()
  const pending = listPlaces(packages, '', Object.keys(manifest.devDependencies))
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (kept.has(place)) continue
    kept.add(place)
    pending.push(...listPlaces(packages, place, listNeeded(packages[place] ?? {})))
  }
  const needed = Object.entries(packages)
    .filter(([place]) => kept.has(place))
    .map(([place, locked]) => [place, dropUnlocked(packages, place, locked)])
  return { name, version, ...lock, packages: { '': manifest, ...Object.fromEntries(needed) } }
}

/** Builds for systems that the project's lock has left out; npm would say that they are missing. */
function dropUnlocked(packages: Lock['packages'], place: string, locked: Locked): Locked {
  const { optionalDependencies } = locked
  if (optionalDependencies === undefined) return locked
  const known = Object.entries(optionalDependencies).filter(
    ([name]) => listPlaces(packages, place, [name]).length > 0,
  )
  return { ...locked, optionalDependencies: Object.fromEntries(known) }
}

function listNeeded(locked: Locked): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = locked
  return [
    ...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    ...Object.keys(peerDependenciesMeta ?? {}),
  ]
}

/** Where Node finds these names from there: in its own folder, else in those around it. */
function listPlaces(packages: Lock['packages'], from: string, names: readonly string[]): string[] {
  const parts = from === '' ? [] : from.split('/node_modules/')
  const around = parts.map((_part, index) => parts.slice(0, index + 1).join('/node_modules/'))
  return names.flatMap((name) => {
    const places = ['', ...around.map((folder) => `${folder}/`)]
    return places
      .map((folder) => `${folder}node_modules/${name}`)
      .filter((place) => Object.hasOwn(packages, place))
      .slice(-1)
  })
}
