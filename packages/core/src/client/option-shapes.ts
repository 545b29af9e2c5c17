import type { Profile } from '../profiles/profile.js'
import type { TokenClientOptions } from './options.js'

/** Every option there is: the type keeps the list complete. */
const names: Readonly<Record<keyof TokenClientOptions, true>> = {
  profile: true,
  issuer: true,
  tokenEndpoint: true,
  endpointOrigins: true,
  clientId: true,
  clientSecret: true,
  clientAuth: true,
  grant: true,
  scope: true,
  resource: true,
  audience: true,
  parameters: true,
  dpop: true,
  cache: true,
  allowedOrigins: true,
  isAuthenticationFailure: true,
  fetch: true,
  now: true,
  timeout: true,
  onEvent: true,
}

/** A misspelt option would be a wish that is silently not granted. @throws TypeError */
export function checkNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return
  throw new TypeError(`createTokenClient has no option '${unknown}'; it has ${Object.keys(names).join(', ')}`)
}

/** @throws TypeError when it is no list of strings. */
export function stringList(value: unknown, option: string): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
  throw new TypeError(`${option} is a list of strings, like ['https://api.example.com']`)
}

/** Names the client or a grant fills in itself: two of one name would be read differently by different servers. */
const reserved = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'resource',
  'audience',
  'refresh_token',
  'username',
  'password',
  'code',
  'code_verifier',
  'assertion',
  'device_code',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
]

/**
 * Checks the further parameters of a token request, and copies them.
 *
 * @param profile whose own names for the reserved parameters are reserved as well.
 * @throws TypeError
 */
export function readParameters(parameters: unknown, profile: Profile): Readonly<Record<string, string>> {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw new TypeError("parameters is an object of strings, like { tenant: 'blue' }")
  }
  const renamed = Object.values(profile.grants).flatMap(({ rename }) => Object.values(rename ?? {}))
  const entries = Object.entries(parameters).map(([name, value]: [string, unknown]) => {
    if (reserved.includes(name) || renamed.includes(name)) {
      throw new TypeError(`parameters.${name} has an option or a grant of its own`)
    }
    if (typeof value !== 'string') throw new TypeError(`parameters.${name} must be a string`)
    return [name, value] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}
