import { madeBy } from '../shapes.js'
import { IssuerDirectory } from './issuer-directory.js'
import { issuerNames, readIssuer, type Shared } from './issuer-options.js'
import type { IssuerOptions } from './issuer-types.js'
import type { KeyRegistry } from './key-registry.js'
import type { LookedUpIssuers } from './look-up-issuers.js'
import type { VerifierOptions } from './types.js'

const [isLookedUp, lookedUp] = madeBy('lookUpIssuers(async (issuer) => …)', 'connect')

/** Checks whose tokens are accepted. @throws TypeError */
export function readIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  shared: Omit<Shared, 'remote'>,
  keys: KeyRegistry,
): IssuerDirectory<C> {
  const listed = listIssuers(options)
  if (isList(listed)) {
    return new IssuerDirectory(
      listed.map((issuer) => readIssuer(issuer, options, { ...shared, remote: keys.configured })),
    )
  }
  const read = (found: IssuerOptions<S, C>) => readIssuer(found, options, { ...shared, remote: keys.found }).exact
  return new IssuerDirectory([{ exact: [], open: listed.connect({ ...shared, read }) }])
}

function listIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
): readonly IssuerOptions<S, C>[] | LookedUpIssuers<S, C> {
  const { issuers, issuer, tenants, profile, jwks, metadata, introspection, scopeMapping, typ } = options
  if (issuers === undefined) return [{ issuer, tenants, profile, jwks, metadata, introspection, scopeMapping, typ }]
  const beside = issuerNames.find((name) => options[name] !== undefined)
  if (beside !== undefined) throw new TypeError(`${beside} stands beside issuers; it belongs into one of them`)
  if (isList(issuers) ? issuers.length > 0 : isLookedUp(issuers)) return issuers
  throw new TypeError(`issuers is a list of at least one, [{ issuer: 'https://as.example.com' }], or ${lookedUp}`)
}

/** `Array.isArray` does not know of lists that are read-only. */
function isList<T, U extends object>(value: readonly T[] | U): value is readonly T[] {
  return Array.isArray(value)
}
