import { type ProfileData, type ProfileFactory, shipped } from './define.js'

const exchange = { url: '{+token_endpoint}' } as const

type Variables = { issuer: null; api: string }

/** The data of {@link oidc}, for a client that was given an `issuer` and nothing more. */
export const oidcData: ProfileData<Variables> = {
  profile: 1,
  name: 'oidc',
  variables: { issuer: null, api: '' },
  discover: '{+issuer}',
  grants: {
    client_credentials: exchange,
    password: exchange,
    authorization_code: exchange,
    refresh_token: exchange,
    token_exchange: exchange,
    jwt_bearer: exchange,
    device_code: exchange,
  },
  defaultGrant: 'client_credentials',
  deviceAuthorization: { url: '{+device_authorization_endpoint}' },
  revoke: { url: '{+revocation_endpoint}', by: 'token' },
  api: '{+api}',
  verify: { tokens: 'jwt', issuers: ['{+issuer}'] },
}

/**
 * Any authorization server that publishes metadata (RFC 8414, OpenID Connect Discovery): its endpoints are looked up when
 * they are first needed. An endpoint at another origin than the issuer's has to be listed in `endpointOrigins`.
 *
 * @example oidc({ issuer: 'https://as.example.com' })
 */
export const oidc: ProfileFactory<Variables> = /* @__PURE__ */ shipped(oidcData)
