import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}{/tenant}/connect/token'

/**
 * Aritma Open Banking, an IdentityServer: form bodies; JWTs of type `at+jwt` whose scope is a list.
 *
 * @example aritma() // or aritma({ base: 'https://id.dev.aritma.io' }), aritma({ tenant: 'acme' })
 */
export const aritma: ProfileFactory<{ base: string; tenant: string; api: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'aritma',
  variables: { base: 'https://id.aritma.io', tenant: '', api: '' },
  grants: { client_credentials: { url }, password: { url }, refresh_token: { url } },
  defaultGrant: 'client_credentials',
  clientAuth: { methods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'] },
  answer: { defaultLifetime: 3600 },
  refresh: { url, whenAbsent: 'keep' },
  api: '{+api}',
  verify: { tokens: 'jwt', typ: ['at+jwt'], scopes: ['scope'], clientId: 'client_id' },
})
