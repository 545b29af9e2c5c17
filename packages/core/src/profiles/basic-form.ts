import { type ProfileFactory, shipped } from './define.js'

/**
 * Basic + form: the client by HTTP Basic with plain base64, and nothing but the grant type in a form.
 *
 * @example basicForm({ base: 'https://connect.example.com' })
 */
export const basicForm: ProfileFactory<{ base: null }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'basicForm',
  variables: { base: null },
  grants: { client_credentials: { url: '{+base}/oauth/v2/token' } },
  defaultGrant: 'client_credentials',
  scope: { send: false },
  clientAuth: { methods: ['client_secret_basic'], basic: 'raw' },
  answer: { defaultLifetime: 3600 },
  errors: [{ status: 401, is: 'invalid_client' }],
  refresh: 'again',
  revoke: 'none',
  api: '{+base}',
  verify: { tokens: 'jwt' },
})
