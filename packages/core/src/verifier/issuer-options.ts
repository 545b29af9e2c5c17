import { anything, isNonEmptyString, madeBy, type Shape } from '../shapes.js'
import type { IssuerEntry } from './issuer-directory.js'
import { type KeyTransport, keysAt } from './issuer-keys.js'
import { type IssuerDefaults, readRules } from './issuer-rules.js'
import { isIssuerTemplate } from './issuer-template.js'
import type { IssuerOptions } from './issuer-types.js'
import type { KeySource } from './key-source.js'
import { firstGiven } from './option-checks.js'
import { fillIn, type KnownIssuer, type ProfileRules, readProfileRules } from './profile-rules.js'
import type { CommonRules, IssuerRules } from './rules.js'
import { isSchema } from './standard-schema.js'

/** What every issuer of a verifier shares. */
export interface Shared extends KeyTransport {
  /** Whether the API has this scope. */
  readonly knows: (scope: string) => boolean
}

/** Options that belong to one issuer alone. */
export const ownShapes: Readonly<Record<Exclude<keyof IssuerOptions, keyof IssuerDefaults<object>>, Shape>> = {
  issuer: anything,
  tenants: madeBy("allowTenants(['…'])", 'connect'),
  profile: anything,
  jwks: anything,
  metadata: anything,
  introspection: madeBy('introspect({ clientId, clientSecret })', 'connect'),
  scopeMapping: anything,
  typ: anything,
}

/** Options of an issuer, and of a verifier, too. */
export const issuerShapes: Readonly<Record<keyof IssuerOptions, Shape>> = {
  ...ownShapes,
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

/** Reads the options of one issuer, or of one that has tenants; their shapes are checked before. @throws TypeError */
export function readIssuer<C extends object>(
  options: IssuerOptions<string, C>,
  defaults: IssuerDefaults<C>,
  shared: Shared,
): IssuerEntry<C> {
  const { introspection, tenants } = options
  const profile = readProfileRules(options.profile)
  const known = tenants === undefined ? issuersOf(options.issuer, profile) : []
  const common = readRules(options, defaults, profile, shared.knows)
  if (tenants !== undefined) return tenants.connect({ options, common, profile, transport: shared })
  return { exact: known.map((each) => readOne(each, options, common, profile, shared)), introspection }
}

/** The one that is given, else all that the profile knows. @throws TypeError when there is none. */
function issuersOf(
  issuer: string | undefined,
  { issuers, variables, jwks, name }: ProfileRules,
): readonly KnownIssuer[] {
  const known = fillIn(issuers, variables)
  if (isNonEmptyString(issuer)) {
    if (isIssuerTemplate(issuer)) throw new TypeError(`issuer ${issuer} has a hole: tenants says who may fill it`)
    return [{ issuer, jwks: known.find((each) => each.issuer === issuer)?.jwks ?? jwks }]
  }
  if (issuer === undefined) {
    if (known.length > 0) return known
    if (issuers.some((each) => isIssuerTemplate(each.issuer))) {
      throw new TypeError(`profile ${name} has issuers for tenants: tenants says whose, allowTenants(['…'])`)
    }
  }
  throw new TypeError("createVerifier needs an issuer: { issuer: 'https://as.example.com', audience: … }")
}

function readOne<C extends object>(
  known: KnownIssuer,
  { introspection, jwks: given, metadata }: IssuerOptions<string, C>,
  common: CommonRules<C>,
  profile: ProfileRules,
  shared: Shared,
): IssuerRules<C> {
  const { issuer } = known
  if (introspection === undefined && profile.tokens === 'opaque') {
    throw new TypeError(
      `the tokens of ${issuer} are opaque (profile ${profile.name}): introspection is needed, introspect({ … })`,
    )
  }
  const jwks = firstGiven(given, metadata === undefined ? known.jwks : undefined)
  const keysIn = (jwks: IssuerOptions['jwks'], metadata?: IssuerOptions['metadata']): KeySource =>
    keysAt({ issuer, jwks, metadata }, shared)(issuer)
  const isOnlyAsked = introspection !== undefined && jwks === undefined && metadata === undefined
  return {
    ...common,
    issuer,
    keys: isOnlyAsked ? undefined : keysIn(jwks, metadata),
    introspector: introspection?.connect({ issuer, audience: common.audience, profile, keys: keysIn, ...shared }),
  }
}
