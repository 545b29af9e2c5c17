import type { Path } from '../path.js'
import { readScopes } from './reader.js'
import { covers } from './wildcard.js'

/**
 * How the tokens of one issuer speak of this API's scopes, as data. It never applies to another issuer's token.
 *
 * @example { from: ['role'], map: { admin: ['accounts:read', 'accounts:write'], user: ['accounts:read'] } }
 */
export interface ScopeMapping<S extends string = string> {
  /** Where the token keeps its scopes or roles; all of them count. @default the profile's, else `['scope', 'scp']` */
  readonly from?: readonly Path[] | undefined
  /** The API's scopes for each of the issuer's own. Where it is given, a value that is not in it grants nothing. */
  readonly map?: Readonly<Record<string, readonly S[]>> | undefined
  /** Lets the issuer grant `orca.accounts.*` for every key of `map` below it. @default false */
  readonly wildcard?: boolean | undefined
  /** Granted to every token of this issuer, for servers whose tokens carry no scope at all. @default [] */
  readonly always?: readonly S[] | undefined
}

/** The scopes that claims grant on this API, still to be expanded by the catalogue. */
export function mapScopes(claims: unknown, mapping: ScopeMapping = {}): readonly string[] {
  const granted = readScopes(claims, mapping.from)
  const { map, always = [], wildcard = false } = mapping
  if (map === undefined && always.length === 0) return granted
  const mapped = map === undefined ? granted : granted.flatMap((scope) => lookUp(map, scope, wildcard))
  return [...new Set([...mapped, ...always])]
}

function lookUp(
  map: Readonly<Record<string, readonly string[]>>,
  granted: string,
  wildcard: boolean,
): readonly string[] {
  if (wildcard) return Object.keys(map).flatMap((known) => (covers(granted, known) ? (map[known] ?? []) : []))
  return Object.hasOwn(map, granted) ? (map[granted] ?? []) : []
}
