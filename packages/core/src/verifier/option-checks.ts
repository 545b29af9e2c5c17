import { isJsonObject } from '../json.js'
import type { ScopeMapping } from '../scopes/mapping.js'
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

/** What an option must be if it is given: a test, and the words for what was expected. */
export type Shape = readonly [fits: (value: unknown) => boolean, expected: string]

/** For what is looked at where it is read. */
export const anything: Shape = [() => true, '']
export const aFunction: Shape = [(value) => typeof value === 'function', 'a function']

/** A time above 0. */
export function seconds(most: number): Shape {
  return [
    (value) => typeof value === 'number' && value > 0 && value <= most,
    `a number of seconds above 0, ${most} at most`,
  ]
}

/** Something that is made by calling a function of ours, and known by its methods. */
export function madeBy(call: string, ...methods: readonly string[]): Shape {
  const fits = (value: unknown): boolean =>
    isJsonObject(value) && methods.every((name) => typeof value[name] === 'function')
  return [fits, `what ${call} returns`]
}

/**
 * Checks options for those who write JavaScript.
 *
 * @param prefix what stands before each name in a message, `'stepUp.'` for instance.
 * @throws TypeError for one that is misspelt, or of another shape.
 */
export function checkShapes(
  options: unknown,
  shapes: Readonly<Record<string, Shape>>,
  where: string,
  prefix: string = '',
): void {
  checkNames(options, Object.keys(shapes), where)
  for (const [name, shape] of Object.entries(shapes)) {
    checkShape(prefix + name, Reflect.get(Object(options), name), shape)
  }
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. @throws TypeError */
export function checkShape(name: string, value: unknown, [fits, expected]: Shape): void {
  if (value !== undefined && !fits(value)) throw new TypeError(`${name} is ${expected}`)
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. */
export function firstGiven<T>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}

/** Refuses what is no option: a misspelt one would be a check that silently does not happen. @throws TypeError */
export function checkNames(options: unknown, names: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where} takes an object of options`)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${where} has no option '${unknown}'; it has ${names.join(', ')}`)
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
