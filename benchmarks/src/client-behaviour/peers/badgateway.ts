import { OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client'
import type { Access, Client, Peer } from '../peer.js'

function open({ origin, clientId, clientSecret }: Access, stored: OAuth2Token | null = null): Client {
  const client = new OAuth2Client({ server: origin, tokenEndpoint: '/token', clientId, clientSecret })
  const wrapper = new OAuth2Fetch({
    client,
    getNewToken: () => client.clientCredentials(),
    getStoredToken: () => stored,
    scheduleRefresh: false,
  })
  return {
    token: () => wrapper.getAccessToken(),
    call: async (url) => (await wrapper.fetch(url)).status,
  }
}

export const badgateway: Peer = {
  name: '@badgateway/oauth2-client',
  package: '@badgateway/oauth2-client',
  client: (access) => open(access),
  session: (access, refreshToken) => open(access, { accessToken: 'old', refreshToken, expiresAt: 1 }),
  oneScope: 'one scope per client',
}
