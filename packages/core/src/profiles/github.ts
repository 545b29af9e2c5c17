import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/login/oauth/access_token'

/**
 * GitHub, for the people who use an OAuth app or a GitHub App. Errors come with status 200, scopes are answered with
 * commas, and the tokens of an OAuth app do not end. A verifier asks about a token as the app it was issued to, and takes
 * no other's: its `audience` is `clientId`.
 *
 * @param clientId needed for verifying only.
 * @example github() // or github({ clientId: 'Iv1.8a61f9b3a7aba766' })
 */
export const github: ProfileFactory<{ clientId: string; base: string; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'github',
  variables: { clientId: '', base: 'https://github.com', api: 'https://api.github.com' },
  grants: { authorization_code: { url }, refresh_token: { url }, device_code: { url } },
  defaultGrant: 'authorization_code',
  deviceAuthorization: { url: '{+base}/login/device/code' },
  scope: { split: ',' },
  clientAuth: { methods: ['client_secret_post', 'none'] },
  answer: { metadata: { refresh_token_expires_in: 'refresh_token_expires_in' }, defaultLifetime: 31_536_000 },
  errors: [
    { code: 'incorrect_client_credentials', is: 'invalid_client' },
    { code: ['bad_verification_code', 'bad_refresh_token', 'incorrect_device_code'], is: 'invalid_grant' },
    { code: 'redirect_uri_mismatch', is: 'invalid_request' },
    { code: 'unverified_user_email', is: 'access_denied' },
    { code: ['application_suspended', 'device_flow_disabled'], is: 'unauthorized_client' },
    // An unknown client id.
    { status: 404, is: 'invalid_client' },
  ],
  revoke: 'none',
  api: '{+api}',
  verify: {
    tokens: 'opaque',
    issuers: ['{+base}'],
    audience: ['{+clientId}'],
    scopes: ['scope'],
    clientId: 'client_id',
    introspection: {
      url: '{+api}/applications/{clientId}/token',
      body: 'json',
      rename: { token: 'access_token' },
      active: [{ path: 'token' }],
      inactive: [404, 422],
      members: {
        aud: '/app/client_id',
        client_id: '/app/client_id',
        scope: 'scopes',
        // The number is no string, and the login can be given up and taken by another.
        sub: '/user/node_id',
        username: '/user/login',
      },
      expires: [{ path: 'expires_at', as: 'rfc3339' }],
      echo: { token: 'token' },
    },
  },
})
