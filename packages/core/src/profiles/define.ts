import type { Profile } from './profile.js'
import { resolveProfile } from './resolve.js'
import { checkProfile } from './validate.js'

/**
 * The variables of a profile: a default for each, or `null` where one must be given. Where one of several is enough it is
 * a union, `{ host: null; base: string } | { host: string; base: null }`.
 */
export type ProfileVariables = Readonly<Record<string, string | null>>

/** The values for a profile's variables: those without a default must be given. */
export type VariableValues<V extends ProfileVariables> = V extends ProfileVariables
  ? {
      readonly [K in keyof V as V[K] extends null ? K : never]: string
    } & {
      readonly [K in keyof V as V[K] extends null ? never : K]?: string | undefined
    }
  : never

/** Makes a profile for one customer, host or environment. */
export type ProfileFactory<V extends ProfileVariables = Readonly<Record<never, never>>> = (
  ...values: RequiredNames<V> extends never ? [values?: VariableValues<V> | undefined] : [values: VariableValues<V>]
) => Profile

type RequiredNames<V extends ProfileVariables> = V extends ProfileVariables
  ? { [K in keyof V]: V[K] extends null ? K : never }[keyof V]
  : never

/** A profile as it is written down, its variables still open. */
export interface ProfileData<V extends ProfileVariables> extends Omit<Profile, 'variables'> {
  readonly variables?: V | undefined
  /** Where editors find the JSON Schema, `@auth/core/profile.schema.json`; nothing here goes by it. */
  readonly $schema?: string | undefined
}

/**
 * Makes a profile factory of data that describe an authorization server.
 *
 * The data are checked and copied; what the factory returns is frozen, plain JSON, with every variable filled in.
 *
 * @throws TypeError naming the field that is unknown, missing, of a wrong type, or names a variable nobody declared.
 * The factory throws one for a variable that is missing or unknown.
 * @example
 * const acme = defineProfile({
 *   profile: 1,
 *   name: 'acme',
 *   variables: { tenant: null },
 *   grants: { client_credentials: { url: 'https://{+tenant}.acme.example/token' } },
 *   defaultGrant: 'client_credentials',
 * })
 * createTokenClient({ profile: acme({ tenant: 'blue' }), clientId, clientSecret })
 */
export function defineProfile<const V extends ProfileVariables = Readonly<Record<never, never>>>(
  data: ProfileData<V>,
): ProfileFactory<V> {
  return factoryOf(checkProfile(data))
}

/**
 * Makes a profile factory of data that come from a file, say: `defineProfile` for what no compiler has seen.
 *
 * @param json what `JSON.parse` returned.
 * @throws TypeError as `defineProfile` does; the factory, too, tells only when it is called which variables are missing.
 * @example
 * const acme = parseProfile(JSON.parse(await readFile('acme.json', 'utf8')))
 * createTokenClient({ profile: acme({ tenant: 'blue' }), clientId, clientSecret })
 */
export function parseProfile(json: unknown): ProfileFactory<ProfileVariables> {
  return factoryOf(checkProfile(json))
}

/** A profile of the toolkit's own: tests check its data, so that who uses it does not carry the check along. */
export function shipped<const V extends ProfileVariables>(data: ProfileData<V>): ProfileFactory<V> {
  return factoryOf(data)
}

function factoryOf<V extends ProfileVariables>(profile: Profile): ProfileFactory<V> {
  deepFreeze(profile)
  return (...[values]) => resolveProfile(profile, values)
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const each of Object.values(value)) deepFreeze(each)
  Object.freeze(value)
}
