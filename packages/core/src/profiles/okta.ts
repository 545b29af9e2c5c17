import { type ProfileFactory, shipped } from './define.js'

const server = '{+base}/oauth2{/server}'
const url = `${server}/v1/token`

/**
 * Okta: scopes in `scp`, the client in `cid`, and the issuer is an authorization server of one's own, `default` if no
 * other is named. With `server: ''` a client gets tokens for Okta's own API; no other API can verify those.
 *
 * @example okta({ domain: 'acme.okta.com' }) // or okta({ domain: 'acme.okta.com', server: 'aus9o8wzkhckw9TLa0h7z' })
 */
export const okta: ProfileFactory<{ domain: null; server: string; base: string; api: string }> =
  /* @__PURE__ */ shipped({
    profile: 1,
    name: 'okta',
    variables: { domain: null, server: 'default', base: 'https://{+domain}', api: '' },
    grants: {
      client_credentials: { url },
      password: { url },
      authorization_code: { url },
      refresh_token: { url },
      token_exchange: { url },
      device_code: { url },
    },
    defaultGrant: 'client_credentials',
    deviceAuthorization: { url: `${server}/v1/device/authorize` },
    clientAuth: {
      methods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    },
    answer: {
      interaction: [{ when: { path: 'error', equals: 'mfa_required' }, kind: 'mfa', handle: 'mfa_token' }],
      error: { code: ['error', 'errorCode'], description: ['error_description', 'errorSummary'] },
    },
    revoke: { url: `${server}/v1/revoke`, by: 'token' },
    api: '{+api}',
    verify: {
      tokens: 'jwt',
      issuers: [server],
      jwks: `${server}/v1/keys`,
      scopes: ['scp'],
      clientId: 'cid',
    },
  })
