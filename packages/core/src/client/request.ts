import { Lru } from '../cache/lru.js'
import { TokenRequestError } from '../errors.js'
import { isScopeToken } from '../scopes/policy.js'
import type { Grant } from './grants/grant.js'
import type { TokenRequestOptions } from './options.js'

/** What a token is asked for. */
export interface Asked {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  readonly grant: Grant
}

/** @throws TypeError when it is no scope (RFC 6749 §3.3), or would be read as two where another sign joins them. */
export function readScope(scope: string | readonly string[] | undefined, joiner = ' '): readonly string[] | undefined {
  if (scope === undefined) return undefined
  const list = typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : scope
  if (!Array.isArray(list) || !list.every(isScopeToken)) {
    throw new TypeError("scope is a string of scopes separated by spaces, or a list: 'accounts:read accounts:write'")
  }
  if (list.some((each) => each.includes(joiner))) {
    throw new TypeError(
      `a scope holds '${joiner}', by which this authorization server joins scopes; give a list of them`,
    )
  }
  return [...new Set(list)]
}

/** @throws TypeError when one is no absolute URI, or has a fragment (RFC 8707 §2). */
export function readResource(resource: string | readonly string[] | undefined): readonly string[] | undefined {
  if (resource === undefined) return undefined
  const list = typeof resource === 'string' ? [resource] : resource
  const valid = (each: unknown) => typeof each === 'string' && URL.canParse(each) && !each.includes('#')
  if (!Array.isArray(list) || !list.every(valid)) {
    throw new TypeError("resource is an absolute URI without a fragment, or a list: 'https://api.example.com'")
  }
  return [...new Set(list)]
}

/** Scopes of which it is remembered how they are read. */
const maxKnown = 10_000

type Read = (options: TokenRequestOptions) => Asked

/** Reads what calls ask for: the same object for the same wish, as far as it can be told at a glance. */
export function askedReader(defaults: Defaults): Read {
  const byGrant = new WeakMap<Grant, Read>()
  const withDefault = readerOf(defaults)
  return (options) => {
    if (options.grant === undefined || options.grant === defaults.grant) return withDefault(options)
    const known = byGrant.get(options.grant)
    if (known !== undefined) return known(options)
    const grant = typed('unsupported_grant_type', () => defaults.server.accept(options.grant))
    const read = readerOf({ ...defaults, grant })
    byGrant.set(grant, read)
    return read(options)
  }
}

function readerOf(defaults: Defaults): Read {
  const { scope, resource, grant } = defaults
  const plain: Asked = { scope, resource, grant }
  const known = new Lru<string, Asked>(maxKnown)
  return (options) => {
    const { scope, resource } = options
    if (resource !== undefined || (scope !== undefined && typeof scope !== 'string'))
      return readAsked(options, defaults)
    if (scope === undefined) return plain
    const found = known.get(scope)
    if (found !== undefined) return found
    const asked = readAsked(options, defaults)
    known.set(scope, asked)
    return asked
  }
}

interface Defaults extends Asked {
  readonly joiner: string | undefined
  readonly server: { readonly accept: (grant: unknown) => Grant }
}

/**
 * What one call asks for: its own wishes, else the client's.
 *
 * @throws TokenRequestError `invalid_scope` or `invalid_target`: at call time there are no other errors.
 */
function readAsked(options: TokenRequestOptions, defaults: Defaults): Asked {
  return {
    scope: typed('invalid_scope', () => readScope(options.scope, defaults.joiner)) ?? defaults.scope,
    resource: typed('invalid_target', () => readResource(options.resource)) ?? defaults.resource,
    grant: defaults.grant,
  }
}

type Misasked = 'invalid_scope' | 'invalid_target' | 'unsupported_grant_type'

function typed<T>(code: Misasked, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new TokenRequestError({ code, message: error instanceof Error ? error.message : 'it cannot be read' })
  }
}
