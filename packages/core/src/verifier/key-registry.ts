import { Lru } from '../cache/lru.js'
import type { DatedKeys, KeyRefreshOptions } from './key-refresh.js'
import { type FetchedFrom, RemoteKeys } from './remote-keys.js'

/** Looked-up issuers whose keys are kept. */
const maxFound = 10_000

interface RegistryOptions extends Pick<KeyRefreshOptions, 'now' | 'emit'> {
  /** Keys that another process fetched from there. */
  readonly imported: ((from: FetchedFrom) => DatedKeys | undefined) | undefined
}

/** All keys a verifier fetches, each set once: by whose they are and where they come from, never by a joined text. */
export class KeyRegistry {
  readonly #options: RegistryOptions
  readonly #configured = new Map<string, RemoteKeys[]>()
  readonly #found = new Lru<string, RemoteKeys>(maxFound)

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** The keys of an issuer that is configured. */
  readonly configured = (from: FetchedFrom): RemoteKeys => {
    const known = this.#configured.get(from.issuer) ?? []
    const same = known.find(({ source }) => source === from.source)
    if (same !== undefined) return same
    const keys = this.#create(from)
    this.#configured.set(from.issuer, [...known, keys])
    return keys
  }

  /** The keys of an issuer that was looked up: they outlive the lookup, unless it names another place the next time. */
  readonly found = (from: FetchedFrom): RemoteKeys => {
    const known = this.#found.get(from.issuer)
    if (known?.source === from.source) return known
    const keys = this.#create(from)
    this.#found.set(from.issuer, keys)
    return keys
  }

  all(): readonly RemoteKeys[] {
    return [...[...this.#configured.values()].flat(), ...this.#found.values()]
  }

  #create(from: FetchedFrom): RemoteKeys {
    const { imported, now, emit } = this.#options
    return new RemoteKeys({ ...from, now, emit, initial: imported?.(from) })
  }
}
