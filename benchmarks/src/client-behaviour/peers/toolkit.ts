import { createTokenClient, refreshToken, type TokenClientOptions } from '@auth/core'
import { now } from '../clock.js'
import type { Access, Client, Peer } from '../peer.js'

function open({ origin, clientId, clientSecret }: Access, more: TokenClientOptions = {}): Client {
  const client = createTokenClient({
    tokenEndpoint: `${origin}/token`,
    clientId,
    clientSecret,
    allowedOrigins: [origin],
    now,
    ...more,
  })
  return {
    token: async (scope) => (await client.getToken({ scope })).accessToken,
    call: async (url) => (await client.fetch(url)).status,
    close: () => client.close(),
  }
}

export const toolkit: Peer = {
  name: 'this toolkit',
  package: '@auth/core',
  client: (access) => open(access),
  session: (access, token) => open(access, { grant: refreshToken(token) }),
}
