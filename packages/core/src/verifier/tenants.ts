import { isListOf } from '../shapes.js'
import type { IssuerEntry } from './issuer-directory.js'
import { type KeyPlace, type KeyTransport, keysAt } from './issuer-keys.js'
import { LookupError } from './issuer-lookup.js'
import {
  exampleOfTenants,
  type IssuerTemplate,
  issuerOfTenant,
  isTenantName,
  noHole,
  readIssuerTemplate,
  sharedIssuer,
  tenantOf,
} from './issuer-template.js'
import type { KeySource } from './key-source.js'
import { checkLookup, type LookupOptions, openIssuers } from './open-issuers.js'
import { firstGiven } from './option-checks.js'
import { fillIn, type KnownIssuer, type ProfileRules } from './profile-rules.js'
import type { CommonRules, IssuerRules } from './rules.js'

/** The tenants of an issuer that are accepted, made by {@link allowTenants}. */
export interface Tenants {
  readonly connect: <C extends object>(issuer: TenantedIssuer<C>) => IssuerEntry<C>
}

/** An issuer that has one for each tenant. */
interface TenantedIssuer<C extends object> {
  readonly options: {
    readonly issuer?: string | undefined
    readonly jwks?: KeyPlace['jwks']
    readonly metadata?: KeyPlace['metadata']
    readonly introspection?: unknown
  }
  readonly common: CommonRules<C>
  readonly profile: ProfileRules
  readonly transport: KeyTransport
}

type AcceptsTenant = (tenant: string) => boolean | Promise<boolean>

/**
 * Accepts the tokens of these tenants of an issuer that has one for each, as `{tenantid}` in its name says.
 *
 * The claim `tid` must hold the tenant too; a hole `{claims.org}` names another claim. All share one set of keys, or one for
 * each of the profile's issuers; no URL is made of a token.
 *
 * @param tenants their names, as they stand in the issuer, or a function of yours that knows them.
 * @param options how long the answers of that function are waited for, and believed.
 * @throws TypeError when there is none, one can be no tenant's name, or an option is wrong or unknown.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
 *   tenants: allowTenants(['00001111-aaaa-2222-bbbb-3333cccc4444']),
 *   metadata: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
 *   audience: 'api://accounts',
 * })
 */
export function allowTenants(tenants: readonly string[] | AcceptsTenant, options: LookupOptions = {}): Tenants {
  checkLookup(options, 'allowTenants')
  const allowed = typeof tenants === 'function' ? tenants : readList(tenants)
  return Object.freeze({ connect: <C extends object>(issuer: TenantedIssuer<C>) => entryOf(issuer, allowed, options) })
}

function entryOf<C extends object>(
  { options: { issuer, jwks, metadata, introspection }, common, profile, transport }: TenantedIssuer<C>,
  tenants: readonly string[] | AcceptsTenant,
  options: LookupOptions,
): IssuerEntry<C> {
  const [first, ...more] = (issuer === undefined ? templatesOf(profile) : [{ issuer, jwks: profile.jwks }]).map(
    (known) => ({
      template: readIssuerTemplate(known.issuer),
      jwks: firstGiven(jwks, metadata === undefined ? known.jwks : undefined),
    }),
  )
  if (first === undefined) throw noHole()
  if (introspection !== undefined || profile.tokens === 'opaque') {
    throw new TypeError('introspection stands beside tenants: only the tokens of one issuer can be introspected')
  }
  const all = [first, ...more].map(({ template, jwks }) => {
    if (jwks === undefined && metadata === undefined) {
      throw new TypeError(`tenants needs jwks or metadata, the URL of what all tenants share: ${exampleOfTenants}`)
    }
    // Keys at one place are those of one issuer, whose metadata name it.
    const named = sharedIssuer(jwks === first.jwks ? first.template : template)
    return { template, keys: keysAt({ issuer: named, jwks, metadata }, transport) }
  })
  const rulesOf = ({ template, keys }: Tenanted, tenant: string): IssuerRules<C> => {
    const name = issuerOfTenant(template, tenant)
    const require = [...common.require, { path: template.claim, equals: tenant }]
    return { ...common, require, issuer: name, keys: keys(name), introspector: undefined }
  }
  if (typeof tenants !== 'function') {
    return { exact: all.flatMap((each) => tenants.map((tenant) => rulesOf(each, tenant))) }
  }
  return { exact: [], open: openIssuers(knownBy(all, tenants, rulesOf), options, transport) }
}

/** An issuer with a hole, and the keys that all who fill it share. */
interface Tenanted {
  readonly template: IssuerTemplate
  readonly keys: (issuer: string) => KeySource
}

const claimHole = /\{(claims\.[A-Za-z]\w*)\}/

/** A template that asks for a claim stays open: an issuer is what selects the keys, so it must be known before. */
function templatesOf({ issuers, variables }: ProfileRules): readonly KnownIssuer[] {
  return issuers.flatMap(({ issuer, jwks }) => {
    const [hole, name] = claimHole.exec(issuer) ?? []
    if (hole === undefined || name === undefined) return []
    return fillIn([{ issuer: issuer.replace(hole, `{+${name}}`), jwks }], { ...variables, [name]: hole })
  })
}

function readList(tenants: readonly string[]): readonly string[] {
  if (isListOf(isTenantName, tenants)) return [...tenants]
  throw new TypeError(
    `tenants is a list of their names, as they stand in the issuer, or a function: ${exampleOfTenants}`,
  )
}

function knownBy<C extends object>(
  all: readonly Tenanted[],
  accepts: AcceptsTenant,
  rulesOf: (each: Tenanted, tenant: string) => IssuerRules<C>,
): Parameters<typeof openIssuers<C>>[0] {
  return {
    matches: (issuer) => all.some(({ template }) => tenantOf(template, issuer) !== undefined),
    find: async (issuer) => {
      for (const each of all) {
        const tenant = tenantOf(each.template, issuer)
        if (tenant === undefined) continue
        const accepted: unknown = await accepts(tenant)
        if (typeof accepted !== 'boolean') throw new LookupError('tenants answered no boolean')
        if (accepted) return rulesOf(each, tenant)
      }
      return undefined
    },
  }
}
