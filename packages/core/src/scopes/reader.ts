import { type Path, readPath } from '../path.js'
import { isScopeToken } from './policy.js'

/** More scopes than any honest token holds; what comes after is dropped, so that a token cannot buy unbounded work. */
const maxScopes = 1000

/** Where a token keeps its scopes unless its profile says otherwise (RFC 8693 §4.2, and `scp` of Entra ID and Okta). */
export const defaultScopePaths: readonly Path[] = ['scope', 'scp']

/**
 * Reads the scopes of a token from its claims or its introspection answer: the union of every path, each a
 * space-separated string or an array of strings, in whole elements.
 *
 * What is no scope (a number, an object, an element with a blank) counts as not granted.
 *
 * @example readScopes({ scope: 'a b', roles: ['c'] }, ['scope', 'roles']) // ['a', 'b', 'c']
 */
export function readScopes(claims: unknown, paths: readonly Path[] = defaultScopePaths): readonly string[] {
  const found = new Set<string>()
  for (const path of paths) for (const scope of elements(readPath(claims, path))) found.add(scope)
  return [...found].slice(0, maxScopes)
}

function elements(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(' ', maxScopes) : value
  return Array.isArray(list) ? list.slice(0, maxScopes).filter(isScopeToken) : []
}
