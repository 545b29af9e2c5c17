/** An issuer with a hole for the tenant, as Entra ID's: `https://login.microsoftonline.com/{tenantid}/v2.0`. */
export interface IssuerTemplate {
  readonly before: string
  readonly after: string
  /** The claim that must hold the tenant too. */
  readonly claim: string
}

/** `{tenantid}` is Entra's own word for the claim `tid`; `{claims.org}` names any other one. */
const hole = /\{(?:tenantid|claims\.([A-Za-z]\w{0,63}))\}/

/** What a tenant may be called: it stands in a URL's path, or in a host. */
const tenantName = /^[A-Za-z0-9](?:[\w.-]{0,126}[A-Za-z0-9])?$/

/** Whether an issuer has a hole, so that it is no issuer yet. */
export function isIssuerTemplate(issuer: string): boolean {
  return hole.test(issuer)
}

/** @throws TypeError when there is not exactly one hole. */
export function readIssuerTemplate(issuer: string): IssuerTemplate {
  const [text, claim = 'tid'] = hole.exec(issuer) ?? []
  const [before = '', ...after] = text === undefined ? [] : issuer.split(text)
  if (after.length === 1 && !/[{}]/.test(before + after.join())) return { before, after: after.join(), claim }
  throw noHole()
}

/** What an issuer with tenants looks like among the options. */
export const exampleOfTenants =
  "{ issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0', tenants: allowTenants(['…']), metadata: '…' }"

export function noHole(): TypeError {
  return new TypeError(`tenants stands beside an issuer with one hole: ${exampleOfTenants}`)
}

/** The issuer of one tenant. */
export function issuerOfTenant({ before, after }: IssuerTemplate, tenant: string): string {
  return before + tenant + after
}

/** As the metadata that all tenants share name it. */
export function sharedIssuer({ before, after }: IssuerTemplate): string {
  return `${before}{tenantid}${after}`
}

/** Whose issuer this is: only a plain name fits the hole, so that it can end neither its segment nor its host. */
export function tenantOf(
  { before, after }: Pick<IssuerTemplate, 'before' | 'after'>,
  issuer: string,
): string | undefined {
  if (!issuer.startsWith(before) || !issuer.endsWith(after)) return undefined
  // Where both are one piece of it nothing is left between them.
  const tenant = issuer.slice(before.length, issuer.length - after.length)
  return isTenantName(tenant) ? tenant : undefined
}

/** Whether a text can be a tenant. */
export function isTenantName(tenant: unknown): tenant is string {
  return typeof tenant === 'string' && tenantName.test(tenant)
}

/**
 * Whether a key that its set limits to an issuer is for this one. Entra writes the limit with `{tenantid}`, because all
 * tenants share the set.
 */
export function isLimitedTo(limit: string, issuer: string): boolean {
  if (limit === issuer) return true
  const [before = '', after, ...more] = limit.split('{tenantid}')
  return after !== undefined && more.length === 0 && tenantOf({ before, after }, issuer) !== undefined
}
