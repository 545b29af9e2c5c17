import { type ProfileData, type ProfileFactory, shipped } from './define.js'

const exchange = { url: '{+tokenEndpoint}' } as const

type Variables = { tokenEndpoint: null; revocationEndpoint: string; deviceAuthorizationEndpoint: string; api: string }

/** The data of {@link oauth2}, for a client that was given a `tokenEndpoint` and nothing more. */
export const oauth2Data: ProfileData<Variables> = {
  profile: 1,
  name: 'oauth2',
  variables: { tokenEndpoint: null, revocationEndpoint: '', deviceAuthorizationEndpoint: '', api: '' },
  grants: {
    client_credentials: exchange,
    password: exchange,
    refresh_token: exchange,
    token_exchange: exchange,
    jwt_bearer: exchange,
    device_code: exchange,
  },
  defaultGrant: 'client_credentials',
  deviceAuthorization: { url: '{+deviceAuthorizationEndpoint}' },
  revoke: { url: '{+revocationEndpoint}', by: 'token' },
  api: '{+api}',
  verify: { tokens: 'jwt' },
}

/**
 * Any authorization server that keeps to RFC 6749, RFC 7009 and RFC 8628.
 *
 * @example oauth2({ tokenEndpoint: 'https://as.example.com/token', api: 'https://api.example.com' })
 */
export const oauth2: ProfileFactory<Variables> = /* @__PURE__ */ shipped(oauth2Data)
