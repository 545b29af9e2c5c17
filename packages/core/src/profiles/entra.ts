import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/{tenant}/oauth2/v2.0/token'

/**
 * Microsoft Entra ID: `tenant` is a tenant's id, or a name of several like `organizations`. An API takes tokens of both
 * versions, from the tenants that its verifier names. `jwtBearer` with a caller's token is the on-behalf-of flow.
 *
 * @param resource whose every permission is asked for where no scope is, as `{resource}/.default`.
 * @example entra({ tenant: '9188040d-6c67-4c5b-b112-36a304b66dad', resource: 'https://graph.microsoft.com' })
 */
export const entra: ProfileFactory<{ tenant: null; resource: string; base: string; sts: string; api: string }> =
  /* @__PURE__ */ shipped({
    profile: 1,
    name: 'entra',
    variables: {
      tenant: null,
      resource: '',
      base: 'https://login.microsoftonline.com',
      sts: 'https://sts.windows.net',
      api: '',
    },
    grants: {
      client_credentials: { url, extra: { scope: '{+resource}/.default' } },
      password: { url },
      authorization_code: { url },
      refresh_token: { url },
      jwt_bearer: { url, extra: { requested_token_use: 'on_behalf_of', scope: '{+resource}/.default' } },
      device_code: { url },
    },
    defaultGrant: 'client_credentials',
    deviceAuthorization: { url: '{+base}/{tenant}/oauth2/v2.0/devicecode' },
    clientAuth: { methods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'none'] },
    answer: {
      interaction: [
        { when: { path: 'suberror', equals: 'consent_required' }, kind: 'consent', handle: 'claims' },
        { when: { path: 'error', equals: 'consent_required' }, kind: 'consent', handle: 'claims' },
        { when: { path: 'error', equals: 'interaction_required' }, kind: 'interaction', handle: 'claims' },
        { when: { path: 'error', equals: 'login_required' }, kind: 'login', handle: 'claims' },
      ],
      // Whom the token is for, where `client_info` was asked for.
      metadata: { client_info: 'client_info' },
    },
    errors: [{ code: 'invalid_resource', is: 'invalid_target' }],
    revoke: 'none',
    api: '{+api}',
    verify: {
      tokens: 'jwt',
      // The keys of the second version are limited to its issuers, those of the first are not.
      issuers: [
        { issuer: '{+base}/{claims.tid}/v2.0', jwks: '{+base}/{tenant}/discovery/v2.0/keys' },
        { issuer: '{+sts}/{claims.tid}/', jwks: '{+base}/{tenant}/discovery/keys' },
      ],
      // An ID token for the same application names no client.
      require: [{ path: ['azp', 'appid'] }],
      scopes: ['scp', 'roles'],
      clientId: ['azp', 'appid'],
    },
  })
