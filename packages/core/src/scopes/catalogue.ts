import { isJsonObject } from '../json.js'
import { describeSecurity, type OpenApiOptions, type OpenApiSecurity } from './openapi.js'
import { type AllOf, type AnyOf, allOf, anyOf, checkPolicy, isScopeToken, type Policy } from './policy.js'
import { covers, isWildcard } from './wildcard.js'

/** Options of {@link defineScopes}. */
export interface ScopeOptions<S extends string> {
  /** Scopes that bring others with them, resolved transitively. A token with the key also has the values. */
  readonly implies?: { readonly [K in S]?: readonly S[] } | undefined
  /**
   * Lets a granted scope end in a `*` segment: `iam.mfa.*` covers `iam.mfa.list.get`. Off unless given, because an
   * authorization server that does not know wildcards may hand out such a name literally.
   */
  readonly wildcard?: '*' | undefined
}

/** The scopes of one API: their names are a type, so that a misspelt one does not compile. */
export interface ScopeCatalogue<S extends string = string> {
  /** Name and description of each scope. */
  readonly scopes: Readonly<Record<S, string>>
  /** Also what `scopes_supported` lists, in the metadata of this API (RFC 9728 §2) or its server (RFC 8414 §2). */
  readonly names: readonly S[]
  has(name: string): name is S
  /** What a token with these granted scopes may do here: implied scopes and wildcards resolved, unknown ones dropped. */
  expand(granted: readonly string[]): readonly S[]
  allOf(...policies: [Policy<S>, ...Policy<S>[]]): AllOf<S>
  anyOf(...policies: [Policy<S>, ...Policy<S>[]]): AnyOf<S>
  /**
   * The security of this API as an OpenAPI document tells it: the scheme, and what each operation asks for.
   *
   * @throws TypeError when something is missing or unknown.
   * @example
   * const { securitySchemes, security } = scopes.toOpenApi({
   *   type: 'oauth2',
   *   flows: { clientCredentials: { tokenUrl: 'https://as.example.com/token' } },
   * })
   * const operation = { security: security('accounts:read') } // [{ oauth2: ['accounts:read'] }]
   */
  toOpenApi(options: OpenApiOptions): OpenApiSecurity<S>
}

/**
 * Defines the scopes of an API (RFC 6749 §3.3), once, with what each allows.
 *
 * @param scopes description of each scope, by name.
 * @throws TypeError when there is none, when a name is no scope token, or when `implies` names an unknown scope.
 * @example
 * export const scopes = defineScopes(
 *   { 'accounts:read': 'Read account information', 'accounts:write': 'Create and modify accounts' },
 *   { implies: { 'accounts:write': ['accounts:read'] } },
 * )
 */
export function defineScopes<const S extends string>(
  scopes: Readonly<Record<S, string>>,
  options: ScopeOptions<NoInfer<S>> = {},
): ScopeCatalogue<S> {
  const names = checkNames(isJsonObject(scopes) ? Object.keys(scopes) : [])
  if (!isJsonObject(options)) throw new TypeError('the options of defineScopes are an object: { implies: { … } }')
  const known = new Set<string>(names)
  const has = (name: string): name is S => known.has(name)
  const closure = closeOver(names.filter(has), has, options.implies ?? {})
  const wildcard = options.wildcard === '*'

  const direct = (granted: string): readonly S[] =>
    wildcard && isWildcard(granted)
      ? [...closure.keys()].filter((name) => covers(granted, name))
      : has(granted)
        ? [granted]
        : []

  const described = Object.freeze({ ...scopes })
  return Object.freeze({
    scopes: described,
    names: Object.freeze([...closure.keys()]),
    has,
    expand: (granted: readonly string[]) => [
      ...new Set(granted.flatMap(direct).flatMap((name) => [...(closure.get(name) ?? [])])),
    ],
    allOf: (...policies: [Policy<S>, ...Policy<S>[]]) => checkPolicy(allOf(...policies), has),
    anyOf: (...policies: [Policy<S>, ...Policy<S>[]]) => checkPolicy(anyOf(...policies), has),
    toOpenApi: (how: OpenApiOptions) => describeSecurity(how, described, (policy) => checkPolicy(policy, has)),
  })
}

function checkNames(names: readonly string[]): readonly string[] {
  if (names.length === 0)
    throw new TypeError("defineScopes needs at least one scope: { 'accounts:read': 'Read accounts' }")
  for (const name of names) {
    if (!isScopeToken(name)) throw new TypeError(`scope '${name}' holds a character that RFC 6749 §3.3 does not allow`)
    if (name.includes('*')) throw new TypeError(`scope '${name}': a wildcard may only be granted, not defined`)
  }
  return names
}

const exampleImplies = "{ 'accounts:write': ['accounts:read'] }"

/** Each scope with everything it brings along, itself included. */
function closeOver<S extends string>(
  names: readonly S[],
  has: (name: string) => name is S,
  implies: { readonly [K in S]?: readonly S[] },
): ReadonlyMap<S, ReadonlySet<S>> {
  if (!isJsonObject(implies)) throw new TypeError(`implies is an object: ${exampleImplies}`)
  for (const [name, implied = []] of Object.entries<readonly S[] | undefined>(implies)) {
    if (!Array.isArray(implied)) throw new TypeError(`implies.${name} is a list of scopes: ${exampleImplies}`)
    for (const each of [name, ...implied]) {
      if (!has(each)) throw new TypeError(`implies names '${each}', which is not in the catalogue`)
    }
  }
  return new Map(names.map((name) => [name, reach(name, implies)]))
}

function reach<S extends string>(from: S, implies: { readonly [K in S]?: readonly S[] }): ReadonlySet<S> {
  const reached = new Set<S>([from])
  // A set yields what is added while it is walked, so this follows chains and stops at circles.
  // A scope may be called `constructor`, so only own members count.
  for (const name of reached) {
    for (const next of (Object.hasOwn(implies, name) ? implies[name] : undefined) ?? []) reached.add(next)
  }
  return reached
}
