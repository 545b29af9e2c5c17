import { OAuth2Client } from 'google-auth-library'
import type { Access, Client, Peer } from '../peer.js'

/** Its other clients speak to Google alone; this one takes any token endpoint, and a refresh token. */
export function googleClient({ origin, clientId, clientSecret }: Access, refreshToken: string): OAuth2Client {
  const client = new OAuth2Client({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: `${origin}/token` },
    forceRefreshOnFailure: true,
  })
  client.setCredentials({ refresh_token: refreshToken })
  return client
}

function open(access: Access, refreshToken: string): Client {
  const client = googleClient(access, refreshToken)
  return {
    token: async () => (await client.getAccessToken()).token ?? undefined,
    call: async (url) => (await client.request({ url })).status,
  }
}

export const googleAuthLibrary: Peer = {
  name: 'google-auth-library',
  package: 'google-auth-library',
  client: (access) => open(access, 'refresh-start'),
  session: open,
  oneScope: 'one scope per client',
}
