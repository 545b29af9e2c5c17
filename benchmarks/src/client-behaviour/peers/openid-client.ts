import { allowInsecureRequests, ClientSecretBasic, Configuration, clientCredentialsGrant } from 'openid-client'
import type { Access, Client, Peer } from '../peer.js'

function open({ origin, clientId, clientSecret }: Access): Client {
  const server = { issuer: origin, token_endpoint: `${origin}/token` }
  const configuration = new Configuration(server, clientId, undefined, ClientSecretBasic(clientSecret))
  allowInsecureRequests(configuration)
  return {
    token: async (scope) =>
      (await clientCredentialsGrant(configuration, scope === undefined ? {} : { scope })).access_token,
  }
}

export const openidClient: Peer = {
  name: 'openid-client',
  package: 'openid-client',
  client: open,
  session: 'keeping refresh tokens is left to the caller',
  keepsNothing: 'keeping tokens is left to the caller',
  noFetch: 'sends the token it is handed, and does not renew it',
}
