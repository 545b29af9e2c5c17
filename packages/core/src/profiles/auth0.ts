import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/oauth/token'
/** Without an audience the token is opaque, and good for nothing but `/userinfo`. */
const extra = { audience: '{+audience}' }

/**
 * Auth0: a token is for the API named by its audience; permissions stand beside the scope, and the issuer ends in `/`.
 *
 * @example auth0({ domain: 'acme.eu.auth0.com', audience: 'https://api.acme.example' })
 */
export const auth0: ProfileFactory<{ domain: null; audience: null; base: string; api: string }> =
  /* @__PURE__ */ shipped({
    profile: 1,
    name: 'auth0',
    variables: { domain: null, audience: null, base: 'https://{+domain}', api: '' },
    grants: {
      client_credentials: { url, extra },
      password: { url, extra },
      authorization_code: { url },
      refresh_token: { url },
      token_exchange: { url, extra },
      device_code: { url },
    },
    defaultGrant: 'client_credentials',
    deviceAuthorization: { url: '{+base}/oauth/device/code', extra },
    clientAuth: {
      methods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'tls_client_auth', 'none'],
    },
    answer: {
      interaction: [{ when: { path: 'error', equals: 'mfa_required' }, kind: 'mfa', handle: 'mfa_token' }],
      defaultLifetime: 86400,
    },
    errors: [{ status: 401, code: 'access_denied', is: 'invalid_client' }],
    revoke: { url: '{+base}/oauth/revoke', by: 'token', only: 'refresh_token' },
    api: '{+api}',
    verify: {
      tokens: 'jwt',
      issuers: ['{+base}/'],
      jwks: '{+base}/.well-known/jwks.json',
      audience: ['{+audience}'],
      scopes: ['scope', 'permissions'],
      clientId: ['azp', 'client_id'],
    },
  })
