import { type ProfileFactory, shipped } from './define.js'

/**
 * A GitHub App that speaks for itself where it is installed: it signs an assertion, which goes into a header, and gets a
 * token of an hour. Use it with `jwtBearer({ key, issuer: clientId, subject: clientId })`.
 *
 * @example githubApp({ installation: '61243' })
 */
export const githubApp: ProfileFactory<{ installation: null; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'githubApp',
  variables: { installation: null, api: 'https://api.github.com' },
  grants: {
    jwt_bearer: {
      url: '{+api}/app/installations/{installation}/access_tokens',
      body: 'none',
      headers: { accept: 'application/vnd.github+json', authorization: 'Bearer {+assertion}' },
      rename: { client_id: null },
      success: [201],
    },
  },
  defaultGrant: 'jwt_bearer',
  scope: { send: false },
  clientAuth: { methods: ['none'] },
  answer: {
    accessToken: 'token',
    defaultTokenType: 'Bearer',
    lifetime: [{ path: 'expires_at', as: 'rfc3339' }],
    metadata: { permissions: 'permissions', repository_selection: 'repository_selection' },
    error: { code: 'status', description: 'message' },
  },
  errors: [
    { status: 401, is: 'invalid_client' },
    { status: 403, is: 'access_denied' },
  ],
  refresh: 'again',
  revoke: {
    method: 'DELETE',
    url: '{+api}/installation/token',
    body: 'none',
    headers: { accept: 'application/vnd.github+json' },
    by: 'session',
    bearer: true,
    gone: [401],
  },
  api: '{+api}',
  verify: { tokens: 'opaque' },
})
