import { isJsonObject } from '../json.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import { isScopeToken } from '../scopes/policy.js'
import { anything, checkShapes, isListOf, isNonEmptyString, type Shape } from '../shapes.js'

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
  if (isListOf(isNonEmptyString, list)) return [...list]
  throw new TypeError(`${name} is a non-empty string or a non-empty list of them, ${example} for instance`)
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. */
export function firstGiven<T>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}

const mappingShapes: Readonly<Record<keyof ScopeMapping, Shape>> = {
  from: [(from) => isListOf(isPath, from), "a list of paths, ['scope', '/realm_access/roles'] for instance"],
  map: [isJsonObject, "an object: { admin: ['accounts:read'] }"],
  wildcard: [(wildcard) => typeof wildcard === 'boolean', 'a boolean'],
  always: anything,
}

/**
 * Checks how an issuer's scopes are mapped, for those who write JavaScript.
 *
 * @param known tells which scopes the API has; a mapping onto another one would grant nothing.
 * @throws TypeError
 */
export function checkMapping(mapping: ScopeMapping, known: (scope: string) => boolean): void {
  checkShapes(mapping, mappingShapes, 'scopeMapping', 'scopeMapping.')
  const { map = {}, always = [] } = mapping
  for (const [name, scopes] of Object.entries(map)) checkScopes(scopes, `map.${name}`, known)
  checkScopes(always, 'always', known)
}

/** Whether a value says where a claim stands. */
export function isPath(path: unknown): boolean {
  return isNonEmptyString(path) || isListOf(isNonEmptyString, path)
}

function checkScopes(scopes: unknown, name: string, known: (scope: string) => boolean): void {
  if (!Array.isArray(scopes) || !scopes.every(isScopeToken)) {
    throw new TypeError(`scopeMapping.${name} is a list of scopes, ['accounts:read'] for instance`)
  }
  const unknown = scopes.find((scope) => !known(scope))
  if (unknown !== undefined) {
    throw new TypeError(`scopeMapping.${name} grants '${unknown}', which is not in the catalogue`)
  }
}
