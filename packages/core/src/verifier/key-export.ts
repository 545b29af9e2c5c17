import { isJsonObject } from '../json.js'
import type { Jwk } from './jwk-set.js'
import { maxLifetime, minLifetime } from './jwks.js'
import type { DatedKeys } from './key-refresh.js'
import { readKeySet } from './key-set.js'
import type { FetchedFrom, RemoteKeys } from './remote-keys.js'

/** The keys a verifier has fetched, as JSON, for another process to begin with. Public keys all; but who can write them can sign. */
export interface ExportedKeys {
  /** The version of this format. */
  readonly version: 1
  readonly sets: readonly ExportedKeySet[]
}

/** One issuer's keys. */
export interface ExportedKeySet {
  readonly issuer: string
  /** The URL of the keys as it was configured, or of the metadata that name them, or the issuer. */
  readonly source: string
  /** When they were asked for, in seconds since the epoch. */
  readonly fetchedAt: number
  /** Seconds for which they may be used without asking again. */
  readonly lifetime: number
  readonly keys: readonly Jwk[]
}

/** The keys of a verifier, for another process and from one; made by {@link portableKeys}. */
export interface PortableKeys {
  /** Everything that was fetched, as JSON. @throws TypeError before they are given to a verifier */
  readonly export: () => ExportedKeys
  /** @returns what was fetched from there by another process */
  readonly connect: (verifier: KeyOwner) => (from: FetchedFrom) => DatedKeys | undefined
}

/** What a verifier lends to them. */
interface KeyOwner {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly fetched: () => readonly RemoteKeys[]
}

/**
 * Hands on the keys that a verifier fetches, so that the first token in another process need not wait for them.
 *
 * @param exported what `export()` returned there. They end as they would there. Who can write them can sign tokens: keep
 * them where nobody else writes.
 * @throws TypeError for what no `export()` returned.
 * @example
 * const keys = portableKeys(await kv.get('keys', 'json') ?? undefined)
 * const verifier = createVerifier({ issuer: 'https://as.example.com', audience: 'https://api.example.com', keys })
 * await kv.put('keys', JSON.stringify(keys.export()))
 */
export function portableKeys(exported?: ExportedKeys): PortableKeys {
  if (exported !== undefined && !(isJsonObject(exported) && 'version' in exported)) {
    throw new TypeError('portableKeys takes what export() returned, { version: 1, sets: [] } for instance')
  }
  let owner: KeyOwner | undefined
  return Object.freeze({
    export: () => {
      if (owner !== undefined) return { version: 1, sets: owner.fetched().flatMap(exportedSet) } as const
      throw new TypeError('portableKeys are given to a verifier first: createVerifier({ issuer, audience, keys })')
    },
    connect: (verifier: KeyOwner) => {
      if (owner !== undefined) throw new TypeError('keys belongs to another verifier: make portableKeys() for each')
      owner = verifier
      return importKeys(exported, verifier.now)
    },
  })
}

function exportedSet({ issuer, source, current }: RemoteKeys): readonly ExportedKeySet[] {
  if (current === undefined) return []
  const { set, lifetime, startedAt } = current
  return [{ issuer, source, fetchedAt: startedAt / 1000, lifetime, keys: set.keys.map(({ published }) => published) }]
}

/**
 * Reads exported keys. They serve only the issuer and the place they were fetched from, no longer than they would have
 * where they come from; what does not fit, from another version or a future, is as if it were not there.
 *
 * @param now milliseconds since the epoch.
 */
function importKeys(keys: ExportedKeys | undefined, now: () => number): (from: FetchedFrom) => DatedKeys | undefined {
  if (keys === undefined) return () => undefined
  const sets: unknown = keys.version === 1 ? keys.sets : []
  const found = new Map<string, Record<string, unknown>[]>()
  for (const set of Array.isArray(sets) ? sets : []) {
    if (!isJsonObject(set) || typeof set.issuer !== 'string') continue
    const others = found.get(set.issuer) ?? []
    found.set(set.issuer, [...others, set])
  }
  return ({ issuer, source }) => {
    const set = found.get(issuer)?.find((each) => each.source === source)
    return set === undefined ? undefined : readExported(set, now())
  }
}

function readExported({ keys, fetchedAt, lifetime }: Record<string, unknown>, now: number): DatedKeys | undefined {
  if (typeof lifetime !== 'number' || !(lifetime >= minLifetime && lifetime <= maxLifetime)) return undefined
  if (typeof fetchedAt !== 'number' || !(fetchedAt >= 0 && fetchedAt * 1000 <= now)) return undefined
  const set = readKeySet(keys)
  return set === undefined || set.keys.length === 0 ? undefined : { set, lifetime, startedAt: fetchedAt * 1000 }
}
