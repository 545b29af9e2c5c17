import { checkShapes } from '../shapes.js'
import { createDirectory, type IssuerDirectory, type IssuerEntry } from './issuer-directory.js'
import { issuerShapes, ownShapes, readIssuer, type Shared } from './issuer-options.js'
import type { IssuerOptions } from './issuer-types.js'
import { configuredKeys, type KeyRegistry } from './key-registry.js'
import type { FetchedFrom, RemoteKeys } from './remote-keys.js'
import type { VerifierOptions } from './types.js'

/**
 * Checks whose tokens are accepted.
 *
 * @param create makes the keys of an issuer.
 * @returns them, and all keys that were made so far.
 * @throws TypeError
 */
export function readIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  shared: Omit<Shared, 'remote'>,
  create: (from: FetchedFrom) => RemoteKeys,
): { readonly issuers: IssuerDirectory<C>; readonly fetched: KeyRegistry['all'] } {
  const { issuers } = options
  const { remote, all } = issuers !== undefined && 'connect' in issuers ? issuers.keys(create) : configuredKeys(create)
  return { issuers: createDirectory(readEntries(options, { ...shared, remote })), fetched: all }
}

function readEntries<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  shared: Shared,
): readonly IssuerEntry<C>[] {
  const { issuers } = options
  if (issuers === undefined) return [readIssuer(options, {}, shared)]
  const beside = Object.keys(ownShapes).find((name) => Reflect.get(options, name) !== undefined)
  if (beside !== undefined) throw new TypeError(`${beside} stands beside issuers; it belongs into one of them`)
  const read = (listed: IssuerOptions<S, C>): IssuerEntry<C> => {
    checkShapes(listed, issuerShapes, 'an issuer')
    return readIssuer(listed, options, shared)
  }
  if (!('connect' in issuers)) return issuers.map(read)
  return [{ exact: [], open: issuers.connect({ ...shared, read: (found) => read(found).exact }) }]
}
