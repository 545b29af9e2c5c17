import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/services/oauth2/token'

/**
 * Salesforce: an answer does not say how long its token lives, and names the API's host in `metadata.instance_url`.
 * Opaque tokens are introspected; they name no audience but the client, so a verifier's `audience` is the client ids it
 * serves. `jwtBearer` needs `audience: 'https://login.salesforce.com'`, or the sandbox's.
 *
 * @example salesforce({ domain: 'acme.my.salesforce.com' })
 */
export const salesforce: ProfileFactory<{ domain: null; base: string; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'salesforce',
  variables: { domain: null, base: 'https://{+domain}', api: '{+base}' },
  grants: {
    client_credentials: { url },
    password: { url },
    authorization_code: { url },
    refresh_token: { url },
    token_exchange: { url },
    // The assertion says whose client it is.
    jwt_bearer: { url, rename: { client_id: null, client_secret: null } },
  },
  defaultGrant: 'client_credentials',
  clientAuth: { methods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'none'] },
  answer: {
    metadata: { instance_url: 'instance_url', id: 'id', issued_at: 'issued_at' },
    // The shortest session an administrator can choose.
    defaultLifetime: 900,
  },
  errors: [
    { code: 'invalid_client_id', is: 'invalid_client' },
    { code: ['inactive_user', 'inactive_org'], is: 'access_denied' },
    { code: 'rate_limit_exceeded', is: 'temporarily_unavailable' },
  ],
  reissue: 'same',
  revoke: { url: '{+base}/services/oauth2/revoke', by: 'token' },
  api: '{+api}',
  verify: {
    tokens: 'opaque',
    issuers: ['{+base}'],
    audienceClaim: ['aud', 'client_id'],
    scopes: ['scope', 'scp'],
    clientId: 'client_id',
    furtherCharacters: '!',
    introspection: { url: '{+base}/services/oauth2/introspect', extra: { token_type_hint: 'access_token' } },
  },
})
