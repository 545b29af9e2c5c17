import { defineProfile, type ProfileFactory } from './define.js'

const exchange = { url: '{+tokenEndpoint}' } as const

/**
 * Any authorization server that keeps to RFC 6749 and RFC 7009.
 *
 * @example oauth2({ tokenEndpoint: 'https://as.example.com/token', api: 'https://api.example.com' })
 */
export const oauth2: ProfileFactory<{ tokenEndpoint: null; revocationEndpoint: string; api: string }> = defineProfile({
  profile: 1,
  name: 'oauth2',
  variables: { tokenEndpoint: null, revocationEndpoint: '', api: '' },
  grants: {
    client_credentials: exchange,
    password: exchange,
    refresh_token: exchange,
    token_exchange: exchange,
    jwt_bearer: exchange,
  },
  defaultGrant: 'client_credentials',
  revoke: { url: '{+revocationEndpoint}', by: 'token' },
  api: '{+api}',
  verify: { tokens: 'jwt' },
})
