import type { GrantName } from '../profiles/profile.js'

/** How a client comes by a token (RFC 6749 §1.3). What it holds is closed over: printing it shows nothing. */
export interface Grant {
  readonly name: GrantName
  /** The parameters it adds to a token request, `grant_type` aside. */
  readonly parameters: () => Readonly<Record<string, string>>
  /** Whether it may be used again, or is spent once it was sent. */
  readonly repeatable: boolean
}

/** The `grant_type` of each grant. `sign_in` has none of its own; a profile leaves it out. */
export const grantTypes: Readonly<Record<GrantName, string>> = {
  client_credentials: 'client_credentials',
  refresh_token: 'refresh_token',
  password: 'password',
  sign_in: 'password',
  authorization_code: 'authorization_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
}

/**
 * The client speaks for itself (RFC 6749 §4.4): what a token client does unless told otherwise.
 *
 * @example clientCredentials()
 */
export function clientCredentials(): Grant {
  return { name: 'client_credentials', parameters: () => ({}), repeatable: true }
}

/**
 * A person's name and password (RFC 6749 §4.3), for servers that still ask for it.
 *
 * @throws TypeError when one of them is missing.
 * @example password({ username: 'ada', password: await vault.read('ada') })
 */
export function password(credentials: { readonly username: string; readonly password: string }): Grant {
  const { username, password } = checked('password', credentials, ['username', 'password'])
  return { name: 'password', parameters: () => ({ username, password }), repeatable: true }
}

/**
 * A login that is no OAuth grant, PortSIP's for instance: a name, a password, perhaps a domain.
 *
 * @throws TypeError when name or password is missing.
 * @example signIn({ username: 'ada', password, domain: 'pbx.example.com' })
 */
export function signIn(credentials: {
  readonly username: string
  readonly password: string
  readonly domain?: string | undefined
}): Grant {
  const { username, password } = checked('signIn', credentials, ['username', 'password'])
  const { domain } = credentials
  const parameters = domain === undefined ? { username, password } : { username, password, domain }
  return { name: 'sign_in', parameters: () => parameters, repeatable: true }
}

/**
 * A refresh token from elsewhere (RFC 6749 §6). When the server rotates it, its successors are kept in the store, and
 * serve every scope and resource that is asked for: the token given here is not sent again by this client.
 *
 * @throws TypeError when it is missing.
 * @example refreshToken(await sessions.read(id))
 */
export function refreshToken(token: string): Grant {
  const { refresh_token } = checked('refreshToken', { refresh_token: token }, ['refresh_token'])
  return { name: 'refresh_token', parameters: () => ({ refresh_token }), repeatable: false }
}

function checked<N extends string>(
  grant: string,
  values: Readonly<Record<N, string>>,
  names: readonly N[],
): Readonly<Record<N, string>> {
  for (const name of names) {
    const value: unknown = values[name]
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`${grant} needs ${name}, a string that is not empty`)
  }
  return values
}
