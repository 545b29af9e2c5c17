import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/realms/{realm}/protocol/openid-connect/token'

/**
 * Keycloak: a realm is an authorization server. Realm roles count as scopes; those of a client do not, unless the
 * verifier's `scopeMapping` names them, as in `from: ['scope', '/resource_access/accounts/roles']`.
 *
 * @example keycloak({ base: 'https://sso.example.com', realm: 'acme' })
 */
export const keycloak: ProfileFactory<{ base: null; realm: null; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'keycloak',
  variables: { base: null, realm: null, api: '' },
  grants: {
    client_credentials: { url },
    password: { url },
    authorization_code: { url },
    refresh_token: { url },
    token_exchange: { url },
    jwt_bearer: { url },
    device_code: { url },
  },
  defaultGrant: 'client_credentials',
  deviceAuthorization: { url: '{+base}/realms/{realm}/protocol/openid-connect/auth/device' },
  clientAuth: {
    methods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'none',
    ],
  },
  errors: [{ status: 401, code: 'unauthorized_client', is: 'invalid_client' }],
  revoke: { url: '{+base}/realms/{realm}/protocol/openid-connect/revoke', by: 'token' },
  api: '{+api}',
  verify: {
    tokens: 'jwt',
    issuers: ['{+base}/realms/{realm}'],
    jwks: '{+base}/realms/{realm}/protocol/openid-connect/certs',
    // Its ID and refresh tokens are JWTs of the same issuer and the same header; the claim tells them apart.
    require: [{ path: 'typ', equals: ['Bearer', 'DPoP'] }],
    scopes: ['scope', '/realm_access/roles'],
    clientId: ['azp', 'client_id'],
  },
})
