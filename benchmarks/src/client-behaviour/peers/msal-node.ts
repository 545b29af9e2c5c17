import { ConfidentialClientApplication, type INetworkModule, type NetworkRequestOptions } from '@azure/msal-node'
import type { Access, Client, Peer } from '../peer.js'

const authority = 'https://login.example'

/** It takes https authorities only: what it sends there goes to the server on loopback. */
function network(origin: string): INetworkModule {
  const send = async (method: string, url: string, options?: NetworkRequestOptions) => {
    const { headers, body } = options ?? {}
    const init = { method, ...(headers && { headers }), ...(body !== undefined && { body }) }
    const response = await fetch(url.replace(authority, origin), init)
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: JSON.parse(text) }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  }
}

export function msalClient({ origin, clientId, clientSecret }: Access): ConfidentialClientApplication {
  const authorityMetadata = JSON.stringify({
    issuer: authority,
    token_endpoint: `${authority}/token`,
    authorization_endpoint: `${authority}/authorize`,
    jwks_uri: `${authority}/jwks`,
  })
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority, knownAuthorities: ['login.example'], authorityMetadata },
    system: { networkClient: network(origin), protocolMode: 'OIDC' },
  })
}

function open(access: Access): Client {
  const client = msalClient(access)
  return {
    token: async (scope = 'default') => (await client.acquireTokenByClientCredential({ scopes: [scope] }))?.accessToken,
  }
}

export const msalNode: Peer = {
  name: 'msal-node',
  package: '@azure/msal-node',
  client: open,
  session: 'keeps refresh tokens by account, which takes an ID token',
  noFetch: 'sends no requests to APIs',
}
