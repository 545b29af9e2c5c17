import { isJsonObject } from '../json.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import { isScopeToken } from '../scopes/policy.js'
import { anything, checkShapes, isNonEmptyString, type Shape } from '../shapes.js'

/**
 * Reads an option that is one text or several.
 *
 * @throws TypeError when there is none, or one that is empty: that must never switch a check off.
 */
export function nonEmptyList(
  value: string | readonly string[] | undefined,
  name: string,
  example: string,
): readonly string[] {
  const list = typeof value === 'string' ? [value] : value
  if (Array.isArray(list) && list.length > 0 && list.every(isNonEmptyString)) return [...list]
  throw new TypeError(`${name} is a non-empty string or a non-empty list of them, ${example} for instance`)
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. */
export function firstGiven<T>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}

const exampleMap = "{ admin: ['accounts:read'] }"

const mappingShapes: Readonly<Record<keyof ScopeMapping, Shape>> = {
  from: [
    (from) => Array.isArray(from) && from.length > 0 && from.every(isPath),
    "a list of paths, ['scope', '/realm_access/roles'] for instance",
  ],
  map: [isJsonObject, `an object: ${exampleMap}`],
  wildcard: [(wildcard) => typeof wildcard === 'boolean', 'a boolean'],
  always: anything,
}

/**
 * Checks how an issuer's scopes are mapped, for those who write JavaScript.
 *
 * @param known tells which scopes the API has; a mapping onto another one would grant nothing.
 * @throws TypeError
 */
export function checkMapping(mapping: unknown, known: (scope: string) => boolean): void {
  if (mapping === undefined) return
  checkShapes(mapping, mappingShapes, 'scopeMapping', 'scopeMapping.')
  if (!isJsonObject(mapping)) return
  const { map, always } = mapping
  for (const [name, scopes] of Object.entries(map ?? {})) checkScopes(scopes, `scopeMapping.map.${name}`, known)
  if (always !== undefined) checkScopes(always, 'scopeMapping.always', known)
}

/** Whether a value says where a claim stands. */
export function isPath(path: unknown): boolean {
  return isNonEmptyString(path) || (Array.isArray(path) && path.length > 0 && path.every(isNonEmptyString))
}

function checkScopes(scopes: unknown, name: string, known: (scope: string) => boolean): void {
  if (!Array.isArray(scopes) || !scopes.every(isScopeToken)) {
    throw new TypeError(`${name} is a list of scopes, ['accounts:read'] for instance`)
  }
  const unknown = scopes.find((scope) => !known(scope))
  if (unknown !== undefined) throw new TypeError(`${name} grants '${unknown}', which is not in the catalogue`)
}
