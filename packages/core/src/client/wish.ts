import type { Place } from '../cache/lru.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import type { Grant } from './grants/grant.js'
import type { KeyState } from './key-state.js'
import type { TokenRequestOptions } from './options.js'
import { type Asked, readResource, readScope } from './request.js'
import type { TokenSet } from './token-set.js'

/** What calls ask for, with what need not be found out again by each of them. */
export interface Wish {
  readonly asked: Asked
  state: KeyState | undefined
  /** Where its token was found last. */
  place: Place<StoredToken> | undefined
  /** The stretch of time to whose end that token is fresh. */
  freshIn: number | undefined
  /** What all callers are handed of it; unset where requests must not share promises. */
  promise: Promise<TokenSet> | undefined
}

/** A wish of which nothing is known yet. */
export function wish(asked: Asked): Wish {
  return { asked, state: undefined, place: undefined, freshIn: undefined, promise: undefined }
}

/** Its token is looked for anew. */
export function forget(wish: Wish): void {
  wish.place = undefined
  wish.promise = undefined
}

/** What is remembered of what calls ask for. */
const maxKnown = 10_000

/** Reads what a call asks for. @throws TokenRequestError `invalid_scope` or `invalid_target` */
export type Read = (options: TokenRequestOptions) => Wish

/** Reads what calls ask for: the same object for the same wish, as far as it can be told at a glance. */
export function wishReader(defaults: Defaults): Read {
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
  const plain = wish(defaults)
  const byScope = new Map<string, Wish>()
  const byBoth = new Map<string, Wish>()
  return ({ scope, resource }) => {
    if (scope === undefined && resource === undefined) return plain
    if (resource === undefined && typeof scope === 'string') {
      return byScope.get(scope) ?? remember(byScope, scope, readAsked(defaults, scope))
    }
    const asText = [scope, resource].flat().every((each) => each === undefined || typeof each === 'string')
    if (!asText) return wish(readAsked(defaults, scope, resource))
    const both = JSON.stringify([scope, resource])
    return byBoth.get(both) ?? remember(byBoth, both, readAsked(defaults, scope, resource))
  }
}

/** Nothing is lost with what is forgotten but time, and an order of use would cost each call some. */
function remember(known: Map<string, Wish>, name: string, asked: Asked): Wish {
  if (known.size >= maxKnown) known.clear()
  const fresh = wish(asked)
  known.set(name, fresh)
  return fresh
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
function readAsked(
  defaults: Defaults,
  scope: TokenRequestOptions['scope'],
  resource?: TokenRequestOptions['resource'],
): Asked {
  return {
    scope: typed('invalid_scope', () => readScope(scope, defaults.joiner)) ?? defaults.scope,
    resource: typed('invalid_target', () => readResource(resource)) ?? defaults.resource,
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
