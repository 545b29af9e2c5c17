import { type ProfileFactory, shipped } from './define.js'

/**
 * Passport: client credentials in a JSON body; opaque tokens of a day, revoked by their id.
 *
 * @example passport({ base: 'https://api.passport.example', language: 'es' })
 */
export const passport: ProfileFactory<{ base: string; language: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'passport',
  variables: { base: 'https://bre-b-sandbox.api.visionamos.passportfintech.com', language: 'en' },
  grants: {
    client_credentials: {
      url: '{+base}/v1/iam/oauth/tokens',
      body: 'json',
      headers: { 'accept-language': '{+language}' },
    },
  },
  defaultGrant: 'client_credentials',
  scope: { send: false },
  clientAuth: { methods: ['client_secret_post'] },
  answer: {
    scope: ['scopes', 'scope'],
    metadata: { token_id: 'token_id', account_id: 'account_id', roles: 'roles' },
    error: { code: ['type', 'code'], description: 'message' },
    defaultLifetime: 86400,
  },
  errors: [{ status: 401, is: 'invalid_client' }],
  refresh: 'again',
  revoke: {
    method: 'DELETE',
    url: '{+base}/v1/iam/oauth/tokens/{token_id}',
    body: 'json',
    headers: { 'accept-language': '{+language}' },
    extra: { token_id: '{+token_id}' },
    by: 'metadata',
    bearer: true,
    success: [200, 204],
    gone: [404],
  },
  api: '{+base}',
  verify: {
    tokens: 'opaque',
    scopes: ['scope', 'scopes'],
    introspection: {
      method: 'GET',
      url: '{+base}/v1/iam/oauth/tokens/{token_id}',
      body: 'none',
      headers: { 'accept-language': '{+language}' },
      by: 'id',
      bearer: true,
      active: [{ path: 'token_id' }],
      inactive: [401, 404],
      echo: { id: 'token_id' },
    },
  },
})
