import { isJsonObject } from '../json.js'
import { isScopeToken } from '../scopes/policy.js'

/** Whether a value is a string that says something. */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

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

/** Refuses what is no option: a misspelt one would be a check that silently does not happen. @throws TypeError */
export function checkNames(options: unknown, names: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where} takes an object of options`)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${where} has no option '${unknown}'; it has ${names.join(', ')}`)
}

const mappingNames = ['from', 'map', 'wildcard', 'always'] as const

/** Checks how an issuer's scopes are mapped, for those who write JavaScript. @throws TypeError */
export function checkMapping(mapping: unknown): void {
  if (mapping === undefined) return
  checkNames(mapping, mappingNames, 'scopeMapping')
  if (!isJsonObject(mapping)) return
  const { from, map, wildcard, always } = mapping
  if (from !== undefined && !(Array.isArray(from) && from.length > 0)) {
    throw new TypeError("scopeMapping.from is a list of paths, ['scope', '/realm_access/roles'] for instance")
  }
  if (map !== undefined && !(isJsonObject(map) && Object.values(map).every(isListOfScopes))) {
    throw new TypeError("scopeMapping.map lists scopes for each of the issuer's own: { admin: ['accounts:read'] }")
  }
  if (wildcard !== undefined && typeof wildcard !== 'boolean') throw new TypeError('scopeMapping.wildcard is a boolean')
  if (always !== undefined && !isListOfScopes(always)) {
    throw new TypeError("scopeMapping.always is a list of scopes, ['accounts:read'] for instance")
  }
}

function isListOfScopes(value: unknown): boolean {
  return Array.isArray(value) && value.every(isScopeToken)
}
