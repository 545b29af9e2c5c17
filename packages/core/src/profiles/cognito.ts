import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/oauth2/token'

/**
 * Amazon Cognito: tokens come from the user pool's domain, and are issued in the name of the pool. They name no audience
 * but the client, so a verifier's `audience` is the client ids it serves; groups are in the claim `cognito:groups`.
 *
 * @example
 * cognito({ domain: 'acme.auth.eu-west-1.amazoncognito.com', region: 'eu-west-1', userPool: 'eu-west-1_Ab12Cd34E' })
 */
export const cognito: ProfileFactory<{
  domain: null
  region: null
  userPool: null
  base: string
  idp: string
  api: string
}> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'cognito',
  variables: {
    domain: null,
    region: null,
    userPool: null,
    base: 'https://{+domain}',
    idp: 'https://cognito-idp.{region}.amazonaws.com',
    api: '',
  },
  grants: {
    client_credentials: { url },
    authorization_code: { url },
    refresh_token: { url },
  },
  defaultGrant: 'client_credentials',
  clientAuth: { methods: ['client_secret_basic', 'client_secret_post', 'none'] },
  answer: { defaultLifetime: 3600 },
  revoke: { url: '{+base}/oauth2/revoke', by: 'token', only: 'refresh_token' },
  api: '{+api}',
  verify: {
    tokens: 'jwt',
    issuers: ['{+idp}/{userPool}'],
    jwks: '{+idp}/{userPool}/.well-known/jwks.json',
    audienceClaim: ['aud', 'client_id'],
    require: [{ path: 'token_use', equals: 'access' }],
    scopes: ['scope'],
    clientId: 'client_id',
  },
})
