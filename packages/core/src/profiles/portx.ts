import { type ProfileFactory, shipped } from './define.js'

/**
 * PortX ORCA: client credentials in a JSON body; JWTs of an hour with a space-separated scope; no refresh.
 *
 * @example portx() // or portx({ base: 'https://auth.sandbox.portx.io', api: 'https://api.sandbox.portx.io/orca/v1' })
 */
export const portx: ProfileFactory<{ base: string; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'portx',
  variables: { base: 'https://auth.portx.io', api: 'https://api.portx.io/orca/v1' },
  grants: { client_credentials: { url: '{+base}/oauth/token', body: 'json' } },
  defaultGrant: 'client_credentials',
  clientAuth: { methods: ['client_secret_post'] },
  answer: { defaultLifetime: 3600 },
  errors: [{ status: 401, is: 'invalid_client' }],
  refresh: 'again',
  revoke: 'none',
  api: '{+api}',
  verify: { tokens: 'jwt', scopes: ['scope'] },
})
