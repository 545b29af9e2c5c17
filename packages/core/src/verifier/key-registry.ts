import type { FetchedFrom, RemoteKeys } from './remote-keys.js'

/** Keys that are fetched, each set once: by whose they are and where they come from, never by a joined text. */
export interface KeyRegistry {
  /** Makes the keys of an issuer, or finds those there are already. */
  readonly remote: (from: FetchedFrom) => RemoteKeys
  readonly all: () => readonly RemoteKeys[]
}

/** Those of issuers that are configured. */
export function configuredKeys(create: (from: FetchedFrom) => RemoteKeys): KeyRegistry {
  const byIssuer = new Map<string, readonly RemoteKeys[]>()
  return {
    remote: (from) => {
      const known = byIssuer.get(from.issuer) ?? []
      const same = known.find(({ source }) => source === from.source)
      if (same !== undefined) return same
      const keys = create(from)
      byIssuer.set(from.issuer, [...known, keys])
      return keys
    },
    all: () => [...byIssuer.values()].flat(),
  }
}
