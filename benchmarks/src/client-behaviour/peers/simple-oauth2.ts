import { AuthorizationCode, ClientCredentials } from 'simple-oauth2'
import type { Access, Client, Peer } from '../peer.js'

function configuration({ origin, clientId, clientSecret }: Access) {
  const auth = { tokenHost: origin, tokenPath: '/token' }
  return { client: { id: clientId, secret: clientSecret }, auth }
}

function open(access: Access): Client {
  const client = new ClientCredentials(configuration(access))
  return {
    token: async (scope) => textOf((await client.getToken(scope === undefined ? {} : { scope })).token.access_token),
  }
}

/** Its README: ask whether the token expired, and refresh it then. */
function session(access: Access, refreshToken: string): Client {
  const client = new AuthorizationCode(configuration(access))
  let token = client.createToken({ refresh_token: refreshToken, expires_in: 0 })
  return {
    token: async () => {
      if (token.expired()) token = await token.refresh()
      return textOf(token.token.access_token)
    },
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export const simpleOauth2: Peer = {
  name: 'simple-oauth2',
  package: 'simple-oauth2',
  client: open,
  session,
  keepsNothing: 'keeping tokens is left to the caller',
  noFetch: 'sends no requests to APIs',
}
