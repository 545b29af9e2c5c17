import { foundKeys } from './found-keys.js'
import { LookupError } from './issuer-lookup.js'
import type { FindIssuer, IssuerOptions } from './issuer-types.js'
import type { KeyRegistry } from './key-registry.js'
import { checkLookup, type LookupContext, type LookupOptions, type OpenIssuers, openIssuers } from './open-issuers.js'
import type { FetchedFrom, RemoteKeys } from './remote-keys.js'
import type { IssuerRules } from './rules.js'
import type { UnknownClaims } from './token-types.js'

/** Issuers that nobody wrote down, made by {@link lookUpIssuers}. */
export interface LookedUpIssuers<S extends string = string, C extends object = UnknownClaims> {
  // A method: issuers without a mapping onto scopes fit every catalogue.
  connect(context: Reading<S, C>): OpenIssuers<C>
  readonly keys: (create: (from: FetchedFrom) => RemoteKeys) => KeyRegistry
}

interface Reading<S extends string, C extends object> extends LookupContext {
  /** @throws TypeError */
  readonly read: (found: IssuerOptions<S, C>) => readonly IssuerRules<C>[]
}

/**
 * Accepts the issuers that a function of yours knows, asked when a token names one for the first time.
 *
 * At most 10 000 answers are believed for `maxAge`, of issuers nobody knows 1000 for 30 seconds; 64 are asked about at a time.
 *
 * @param find answers with the options of an issuer, or with nothing for one that is not trusted.
 * @throws TypeError when an option is wrong or unknown.
 * @example
 * const verifier = createVerifier({
 *   issuers: lookUpIssuers(async (issuer) => ((await isCustomer(issuer)) ? { issuer } : undefined)),
 *   audience: 'https://api.example.com',
 * })
 */
export function lookUpIssuers<const S extends string = string, C extends object = UnknownClaims>(
  find: FindIssuer<S, C>,
  options: LookupOptions = {},
): LookedUpIssuers<S, C> {
  if (typeof find !== 'function') {
    throw new TypeError('lookUpIssuers takes a function, async (issuer) => ({ issuer }) for instance')
  }
  checkLookup(options, 'lookUpIssuers')
  const connect = ({ read, ...context }: Reading<S, C>): OpenIssuers<C> => {
    const known = {
      matches: () => true,
      find: async (issuer: string, signal: AbortSignal) => rulesOf(await find(issuer, signal), issuer, read),
    }
    return openIssuers(known, options, context)
  }
  return Object.freeze({ connect, keys: foundKeys })
}

/** What is wrong with the options somebody found is no caller's mistake, so it does not throw a `TypeError` there. */
function rulesOf<S extends string, C extends object>(
  found: IssuerOptions<S, C> | undefined | null,
  issuer: string,
  read: Reading<S, C>['read'],
): IssuerRules<C> | undefined {
  if (found === undefined || found === null) return undefined
  if (found.issuer !== issuer) throw new LookupError('issuers answered with another issuer, or without one')
  if (found.tenants !== undefined || found.introspection !== undefined) {
    throw new LookupError('issuers answered with tenants or introspection, which only a list can have')
  }
  try {
    return read(found)[0]
  } catch (error) {
    throw new LookupError(error instanceof TypeError ? error.message : 'the options that issuers answered are unusable')
  }
}
