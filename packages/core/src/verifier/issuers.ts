import { IssuerDirectory, type OpenIssuers } from './issuer-directory.js'
import { LookupError } from './issuer-lookup.js'
import { issuerNames, readIssuer, type Shared } from './issuer-options.js'
import type { KeyRegistry } from './key-registry.js'
import type { IssuerOptions, VerifierOptions } from './types.js'

const defaultMaxAge = 300
const defaultTimeout = 2

/** Checks whose tokens are accepted. @throws TypeError */
export function readIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  shared: Omit<Shared, 'remote'>,
  keys: KeyRegistry,
): IssuerDirectory<C> {
  const { lookupMaxAge: maxAge = defaultMaxAge, lookupTimeout: timeout = defaultTimeout } = options
  const lookups = { maxAge, timeout, ...shared }
  const listed = listIssuers(options)
  if (typeof listed === 'function')
    return new IssuerDirectory<C>([], [lookedUp(options, listed, shared, keys)], lookups)
  const entries = listed.map((issuer) => readIssuer(issuer, options, { ...shared, remote: keys.configured }))
  const open = entries.flatMap((entry) => entry.open ?? [])
  return new IssuerDirectory<C>(entries, open, lookups)
}

type FoundBy<S extends string, C extends object> = Extract<
  VerifierOptions<S, C>['issuers'],
  (...args: never[]) => unknown
>

function listIssuers<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
): readonly IssuerOptions<NoInfer<S>, NoInfer<C>>[] | FoundBy<S, C> {
  const { issuers, issuer, tenants, profile, jwks, metadata, introspection, scopeMapping, typ } = options
  if (issuers === undefined) return [{ issuer, tenants, profile, jwks, metadata, introspection, scopeMapping, typ }]
  const beside = issuerNames.find((name) => options[name] !== undefined)
  if (beside !== undefined) throw new TypeError(`${beside} stands beside issuers; it belongs into one of them`)
  if (typeof issuers === 'function' || (Array.isArray(issuers) && issuers.length > 0)) return issuers
  throw new TypeError(
    "issuers is a list of at least one, [{ issuer: 'https://as.example.com' }], or a function that finds one",
  )
}

/** What is wrong with the options somebody found is no caller's mistake, so it does not throw a `TypeError` there. */
function lookedUp<S extends string, C extends object>(
  options: VerifierOptions<S, C>,
  find: FoundBy<S, C>,
  shared: Omit<Shared, 'remote'>,
  keys: KeyRegistry,
): OpenIssuers<C> {
  return {
    matches: () => true,
    find: async (issuer, signal) => {
      const found = await find(issuer, signal)
      if (found === undefined || found === null) return undefined
      if (found.issuer !== issuer) throw new LookupError('issuers answered with another issuer, or without one')
      if (found.tenants !== undefined || found.introspection !== undefined) {
        throw new LookupError('issuers answered with tenants or introspection, which only a list can have')
      }
      const [rules] = rulesOf(found, options, { ...shared, remote: keys.found })
      return rules
    },
  }
}

function rulesOf<S extends string, C extends object>(
  found: IssuerOptions<S, C>,
  options: VerifierOptions<S, C>,
  shared: Shared,
): ReturnType<typeof readIssuer<C>>['exact'] {
  try {
    return readIssuer(found, options, shared).exact
  } catch (error) {
    throw new LookupError(error instanceof TypeError ? error.message : 'the options that issuers answered are unusable')
  }
}
