import { Lru } from '../cache/lru.js'
import type { KeyRegistry } from './key-registry.js'
import type { FetchedFrom, RemoteKeys } from './remote-keys.js'

/** Looked-up issuers whose keys are kept. */
const maxFound = 10_000

/** The keys of issuers that are looked up: they outlive the lookup, unless it names another place the next time. */
export function foundKeys(create: (from: FetchedFrom) => RemoteKeys): KeyRegistry {
  const byIssuer = new Lru<string, RemoteKeys>(maxFound)
  return {
    remote: (from) => {
      const known = byIssuer.get(from.issuer)
      if (known?.source === from.source) return known
      const keys = create(from)
      byIssuer.set(from.issuer, keys)
      return keys
    },
    all: () => [...byIssuer.values()],
  }
}
