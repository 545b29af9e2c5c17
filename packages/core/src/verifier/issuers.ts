import { checkShapes, madeBy } from '../shapes.js'
import { createDirectory, type IssuerDirectory, type IssuerEntry } from './issuer-directory.js'
import { issuerShapes, ownShapes, readIssuer, type Shared } from './issuer-options.js'
import type { IssuerOptions } from './issuer-types.js'
import type { KeyRegistry } from './key-registry.js'
import type { VerifierOptions } from './types.js'

const [isLookedUp, lookedUp] = madeBy('lookUpIssuers(async (issuer) => …)', 'connect')

/** Checks whose tokens are accepted. @throws TypeError */
export function readIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  shared: Omit<Shared, 'remote'>,
  keys: KeyRegistry,
): IssuerDirectory<C> {
  const { issuers } = options
  const configured = { ...shared, remote: keys.configured }
  if (issuers === undefined) return createDirectory([readIssuer(options, {}, configured)])
  const beside = Object.keys(ownShapes).find((name) => Reflect.get(options, name) !== undefined)
  if (beside !== undefined) throw new TypeError(`${beside} stands beside issuers; it belongs into one of them`)
  const readListed = (listed: IssuerOptions<S, C>, where: Shared): IssuerEntry<C> => {
    checkShapes(listed, issuerShapes, 'an issuer')
    return readIssuer(listed, options, where)
  }
  if (isList(issuers) && issuers.length > 0) {
    return createDirectory(issuers.map((listed) => readListed(listed, configured)))
  }
  if (!isList(issuers) && isLookedUp(issuers)) {
    const read = (found: IssuerOptions<S, C>) => readListed(found, { ...shared, remote: keys.found }).exact
    return createDirectory([{ exact: [], open: issuers.connect({ ...shared, read }) }])
  }
  throw new TypeError(`issuers is a list of at least one, [{ issuer: 'https://as.example.com' }], or ${lookedUp}`)
}

/** `Array.isArray` does not know of lists that are read-only. */
function isList<T, U extends object>(value: readonly T[] | U): value is readonly T[] {
  return Array.isArray(value)
}
