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

/** Everything that was fetched. */
export function exportKeys(all: readonly RemoteKeys[]): ExportedKeys {
  return { version: 1, sets: all.flatMap(exported) }
}

function exported({ issuer, source, state }: RemoteKeys): readonly ExportedKeySet[] {
  if (state.current === undefined) return []
  const { set, lifetime, startedAt } = state.current
  return [{ issuer, source, fetchedAt: startedAt / 1000, lifetime, keys: set.keys.map(({ published }) => published) }]
}

/**
 * Reads exported keys. They serve only the issuer and the place they were fetched from, no longer than they would have
 * where they come from; what does not fit, from another version or a future, is as if it were not there.
 *
 * @param now milliseconds since the epoch.
 */
export function importKeys(
  keys: ExportedKeys | undefined,
  now: () => number,
): (from: FetchedFrom) => DatedKeys | undefined {
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
