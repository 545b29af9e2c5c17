import { isJsonObject, texts } from '../json.js'
import type { Profile } from '../profiles/profile.js'
import { aFunction, anything, hasMethods, isNonEmptyString, madeBy, type Shape, seconds } from '../shapes.js'
import type { TokenClientOptions } from './options.js'
import { reserved } from './parameter-names.js'

/** Where tokens are kept. */
export const aStore: Shape = [
  hasMethods(['get', 'set', 'delete']),
  'a TokenStore with get, set and delete, like memoryStore()',
]

const origins: Shape = [(list) => texts(list) !== undefined, "a list of strings, like ['https://api.example.com']"]

/** Every option there is: the type keeps the list complete. What is `anything` is looked at where it is read. */
export const shapes: Readonly<Record<keyof TokenClientOptions, Shape>> = {
  profile: anything,
  issuer: anything,
  tokenEndpoint: anything,
  endpointOrigins: origins,
  clientId: anything,
  clientSecret: anything,
  clientAuth: madeBy('clientSecretPost(secret), privateKeyJwt(key), …', 'authenticate'),
  grant: anything,
  scope: anything,
  resource: anything,
  audience: [isNonEmptyString, "a string that is not empty, like 'https://api.example.com'"],
  parameters: [isJsonObject, "an object of strings, like { tenant: 'blue' }"],
  dpop: madeBy('dpop()', 'thumbprint', 'prove', 'accept', 'learn', 'ask', 'send'),
  cache: aStore,
  allowedOrigins: origins,
  isAuthenticationFailure: aFunction,
  fetch: aFunction,
  now: aFunction,
  timeout: seconds(300),
  onEvent: aFunction,
}

/**
 * Checks the further parameters of a token request, and copies them.
 *
 * @param profile whose own names for the reserved parameters are reserved as well.
 * @throws TypeError
 */
export function readParameters(
  parameters: Readonly<Record<string, unknown>>,
  profile: Profile,
): Readonly<Record<string, string>> {
  const renamed = Object.values(profile.grants).flatMap(({ rename }) => Object.values(rename ?? {}))
  const entries = Object.entries(parameters).map(([name, value]) => {
    if (reserved.includes(name) || renamed.includes(name)) {
      throw new TypeError(`parameters.${name} has an option or a grant of its own`)
    }
    if (typeof value !== 'string') throw new TypeError(`parameters.${name} must be a string`)
    return [name, value] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}
