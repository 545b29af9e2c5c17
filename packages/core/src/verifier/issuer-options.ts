import { anything, checkShapes, isNonEmptyString, madeBy, type Shape } from '../shapes.js'
import type { Introspection } from './introspect.js'
import type { IssuerEntry } from './issuer-directory.js'
import { type KeyTransport, keysAt } from './issuer-keys.js'
import { type IssuerDefaults, readRules } from './issuer-rules.js'
import { isIssuerTemplate } from './issuer-template.js'
import type { IssuerOptions } from './issuer-types.js'
import { firstGiven } from './option-checks.js'
import { type KnownIssuer, type ProfileRules, readProfileRules } from './profile-rules.js'
import type { CommonRules, IssuerRules } from './rules.js'
import { isSchema } from './standard-schema.js'

/** What every issuer of a verifier shares. */
export interface Shared extends KeyTransport {
  /** Whether the API has this scope. */
  readonly knows: (scope: string) => boolean
}

/** Options that belong to the one issuer a verifier names itself. */
export const issuerNames = [
  'issuer',
  'tenants',
  'profile',
  'jwks',
  'metadata',
  'introspection',
  'scopeMapping',
  'typ',
] as const

/** Options of an issuer, and of a verifier, too. */
export const issuerShapes: Readonly<Record<keyof IssuerOptions, Shape>> = {
  issuer: anything,
  tenants: madeBy("allowTenants(['…'])", 'connect'),
  profile: anything,
  jwks: anything,
  metadata: anything,
  introspection: madeBy('introspect({ clientId, clientSecret })', 'connect'),
  scopeMapping: anything,
  typ: anything,
  audience: anything,
  algorithms: anything,
  requiredClaims: [
    (names) => Array.isArray(names) && names.every(isNonEmptyString),
    "a list of claims' names, ['sub'] for instance",
  ],
  require: [Array.isArray, "a list of tests: [{ path: 'token_use', equals: 'access' }]"],
  maxTokenAge: [
    (age) => typeof age === 'number' && age > 0 && Number.isFinite(age),
    'a number of seconds above 0, 3600 for instance',
  ],
  claims: [isSchema, 'a Standard Schema, z.object({ … }) for instance'],
}

/** Checks the options of one issuer, or of one that has tenants. @throws TypeError */
export function readIssuer<C extends object>(
  options: IssuerOptions<string, C>,
  defaults: IssuerDefaults<C>,
  shared: Shared,
): IssuerEntry<C> {
  checkShapes(options, issuerShapes, 'an issuer')
  const profile = readProfileRules(options.profile)
  if (options.tenants === undefined) {
    const known = issuersOf(options.issuer, profile)
    const exact = known.map((each) => readOne(each, options, defaults, profile, shared))
    return { exact, introspection: options.introspection }
  }
  const common = readRules(options, defaults, profile, shared.knows)
  return options.tenants.connect({ options, common, profile, transport: shared })
}

/** The one that is given, else all that the profile knows. @throws TypeError when there is none. */
function issuersOf(
  issuer: string | undefined,
  { issuers, templates, jwks, name }: ProfileRules,
): readonly KnownIssuer[] {
  if (isNonEmptyString(issuer)) return [{ issuer, jwks: issuers.find((each) => each.issuer === issuer)?.jwks ?? jwks }]
  if (issuer === undefined && issuers.length > 0) return issuers
  if (issuer === undefined && templates.length > 0) {
    throw new TypeError(
      `profile ${name} has issuers for tenants: tenants says whose tokens are accepted, allowTenants(['…'])`,
    )
  }
  throw new TypeError("createVerifier needs an issuer: { issuer: 'https://as.example.com', audience: … }")
}

function readOne<C extends object>(
  known: KnownIssuer,
  options: IssuerOptions<string, C>,
  defaults: IssuerDefaults<C>,
  profile: ProfileRules,
  shared: Shared,
): IssuerRules<C> {
  const { issuer } = known
  if (isIssuerTemplate(issuer)) throw new TypeError(`issuer ${issuer} has a hole: tenants says who may fill it`)
  const common: CommonRules<C> = readRules(options, defaults, profile, shared.knows)
  const introspection = readIntrospection(options.introspection, profile, issuer)
  const jwks = firstGiven(options.jwks, options.metadata === undefined ? known.jwks : undefined)
  const { metadata } = options
  return {
    ...common,
    issuer,
    keys:
      introspection !== undefined && jwks === undefined && metadata === undefined
        ? undefined
        : keysAt({ issuer, jwks, metadata }, shared)(issuer),
    introspector: introspection?.connect({
      issuer,
      audience: common.audience,
      profile,
      keys: (jwks) => keysAt({ issuer, jwks, metadata: undefined }, shared)(issuer),
      ...shared,
    }),
  }
}

function readIntrospection(
  introspection: Introspection | undefined,
  profile: ProfileRules,
  issuer: string,
): Introspection | undefined {
  if (introspection === undefined && profile.tokens === 'opaque') {
    throw new TypeError(
      `the tokens of ${issuer} are opaque (profile ${profile.name}): introspection is needed, introspect({ … })`,
    )
  }
  return introspection
}
