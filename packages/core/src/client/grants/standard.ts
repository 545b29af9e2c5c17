import { checkTexts, fixedGrant, type Grant } from './grant.js'
import { refreshable } from './refreshing.js'

/**
 * The client speaks for itself (RFC 6749 §4.4): what a token client does unless told otherwise.
 *
 * @example clientCredentials()
 */
export function clientCredentials(): Grant {
  return fixedGrant('client_credentials', {})
}

/**
 * A person's name and password (RFC 6749 §4.3), for servers that still ask for it.
 *
 * @throws TypeError when one of them is missing.
 * @example password({ username: 'ada', password: await vault.read('ada') })
 */
export function password(credentials: { readonly username: string; readonly password: string }): Grant {
  const { username, password } = checkTexts('password', credentials, ['username', 'password'])
  return refreshable('password', { username, password })
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
  const { username, password } = checkTexts('signIn', credentials, ['username', 'password'])
  const { domain } = credentials
  const parameters = domain === undefined ? { username, password } : { username, password, domain }
  // It has no type of its own; a profile leaves it out.
  return refreshable('sign_in', parameters, 'password')
}

/**
 * A refresh token from elsewhere (RFC 6749 §6). When the server rotates it, its successors are kept in the store, and
 * serve every scope and resource that is asked for: the token given here is not sent again by this client.
 *
 * @throws TypeError when it is missing.
 * @example refreshToken(await sessions.read(id))
 */
export function refreshToken(token: string): Grant {
  const { refresh_token } = checkTexts('refreshToken', { refresh_token: token }, ['refresh_token'])
  return { ...refreshable('refresh_token', { refresh_token }), once: () => refresh_token }
}
