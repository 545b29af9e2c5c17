import { isScopeToken } from '../scopes/policy.js'
import type { Grant } from './grants/grant.js'

/** What a token is asked for. */
export interface Asked {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  readonly grant: Grant
}

/** @throws TypeError when it is no scope (RFC 6749 §3.3), or would be read as two where another sign joins them. */
export function readScope(scope: string | readonly string[] | undefined, joiner = ' '): readonly string[] | undefined {
  const given = typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : scope
  const list = listOf(
    given,
    isScopeToken,
    "scope is a string of scopes separated by spaces, or a list: 'a:read a:write'",
  )
  if (list?.some((each) => each.includes(joiner))) {
    throw new TypeError(`a scope holds '${joiner}', by which this server joins scopes; give a list of them`)
  }
  return list
}

/** @throws TypeError when one is no absolute URI, or has a fragment (RFC 8707 §2). */
export function readResource(resource: string | readonly string[] | undefined): readonly string[] | undefined {
  return listOf(
    resource,
    (each) => typeof each === 'string' && URL.canParse(each) && !each.includes('#'),
    "resource is an absolute URI without a fragment, or a list: 'https://api.example.com'",
  )
}

function listOf(
  given: string | readonly string[] | undefined,
  fits: (each: unknown) => boolean,
  expected: string,
): readonly string[] | undefined {
  if (given === undefined) return undefined
  const list = [given].flat()
  if (!list.every(fits)) throw new TypeError(expected)
  return [...new Set(list)]
}
