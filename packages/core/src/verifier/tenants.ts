import { type KeyTransport, keysAt } from './issuer-keys.js'
import { LookupError } from './issuer-lookup.js'
import type { CommonRules } from './issuer-rules.js'
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
import { firstGiven } from './option-checks.js'
import type { ProfileRules } from './profile-rules.js'
import type { IssuerRules } from './rules.js'
import type { IssuerOptions } from './types.js'

/** Tenants that a function knows. */
export interface TenantRules<C extends object> {
  /** Whether this can be the issuer of a tenant. */
  matches(issuer: string): boolean
  find(issuer: string): Promise<IssuerRules<C> | undefined>
}

/**
 * Checks the options of an issuer with tenants: rules for each tenant of a list, or for those a function accepts. All
 * share one set of keys, or one for each of the profile's issuers.
 *
 * @throws TypeError
 */
export function readTenants<C extends object>(
  { issuer, tenants, jwks, metadata, introspection }: IssuerOptions<string, C>,
  common: CommonRules<C>,
  profile: ProfileRules,
  transport: KeyTransport,
): { readonly exact: readonly IssuerRules<C>[]; readonly open?: TenantRules<C> | undefined } {
  const [first, ...more] = (issuer === undefined ? profile.templates : [{ issuer, jwks: profile.jwks }]).map(
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
  if (typeof tenants === 'function') return { exact: [], open: openTenants(all, tenants, rulesOf) }
  const listed = readList(tenants)
  return { exact: all.flatMap((each) => listed.map((tenant) => rulesOf(each, tenant))) }
}

/** An issuer with a hole, and the keys that all who fill it share. */
interface Tenanted {
  readonly template: IssuerTemplate
  readonly keys: (issuer: string) => KeySource
}

function readList(tenants: readonly string[] | undefined): readonly string[] {
  if (Array.isArray(tenants) && tenants.length > 0 && tenants.every(isTenantName)) return tenants
  throw new TypeError(
    `tenants is a list of their names, as they stand in the issuer, or a function: ${exampleOfTenants}`,
  )
}

function openTenants<C extends object>(
  all: readonly Tenanted[],
  accepts: (tenant: string) => boolean | Promise<boolean>,
  rulesOf: (each: Tenanted, tenant: string) => IssuerRules<C>,
): TenantRules<C> {
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
