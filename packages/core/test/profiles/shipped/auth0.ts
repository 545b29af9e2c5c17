import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { auth0 } from '../../../src/profiles/index.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const audience = 'https://api.acme.example'
const client = { clientId: 'my-client', clientSecret: 'my-secret' }
const asClient = [
  ['client_id', 'my-client'],
  ['client_secret', 'my-secret'],
] as const
const path = '/oauth/token'
const jwt = 'urn:ietf:params:oauth:token-type:jwt'

export const fixture: ProfileFixture = {
  profile: (origin) => auth0({ domain: 'acme.eu.auth0.com', audience, base: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: 'read:accounts' }),
      path,
      body: [...asClient, ['grant_type', 'client_credentials'], ['scope', 'read:accounts'], ['audience', audience]],
      token: { tokenType: 'Bearer', scope: 'read:accounts' },
    },
    {
      grant: 'client_credentials',
      client: () => ({ ...client, audience: 'https://other.acme.example', parameters: { organization: 'org_1' } }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'client_credentials'],
        ['audience', 'https://other.acme.example'],
        ['organization', 'org_1'],
      ],
    },
    {
      grant: 'password',
      client: () => ({ ...client, grant: password({ username: 'ada', password: 'hers' }) }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'password'],
        ['username', 'ada'],
        ['password', 'hers'],
        ['audience', audience],
      ],
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('v1.MR5t') }),
      path,
      body: [...asClient, ['grant_type', 'refresh_token'], ['refresh_token', 'v1.MR5t']],
    },
    {
      grant: 'token_exchange',
      client: () => ({ ...client, grant: tokenExchange({ subjectToken: 'theirs', subjectTokenType: jwt }) }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', 'theirs'],
        ['subject_token_type', jwt],
        ['audience', audience],
      ],
    },
    {
      grant: 'device_code',
      client: () => ({ clientId: 'my-client', scope: 'offline_access', grant: onDevice() }),
      before: {
        path: '/oauth/device/code',
        body: [
          ['client_id', 'my-client'],
          ['scope', 'offline_access'],
          ['audience', audience],
        ],
        answer: deviceAnswer,
      },
      path,
      body: [['client_id', 'my-client'], ...deviceGrant],
    },
  ],
  answers: [
    {
      what: 'a token for an application',
      body: { access_token: 'eyJz93a...k4laUWw', token_type: 'Bearer', expires_in: 86400, scope: 'read:accounts' },
      read: { accessToken: 'eyJz93a...k4laUWw', tokenType: 'Bearer', lifetime: 86400, repairs: [] },
    },
    {
      what: 'a session with a refresh token and an ID token',
      grant: 'authorization_code',
      body: { access_token: 'a', refresh_token: 'GEbRxBN', id_token: 'eyJ0', token_type: 'Bearer', expires_in: 86400 },
      read: { refreshToken: 'GEbRxBN', repairs: [] },
    },
  ],
  errors: [
    {
      what: 'a wrong secret',
      status: 401,
      body: { error: 'access_denied', error_description: 'Unauthorized' },
      error: { code: 'invalid_client', retryable: false },
    },
    {
      what: 'an API the application may not use',
      status: 403,
      body: { error: 'access_denied', error_description: 'Client is not authorized to access the API' },
      error: { code: 'access_denied' },
    },
    {
      what: 'a grant that is switched off',
      status: 403,
      body: { error: 'unauthorized_client', error_description: 'Grant type not allowed for the client.' },
      error: { code: 'unauthorized_client' },
    },
    {
      what: 'a wrong password',
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Wrong email or password.' },
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a second factor that is wanted',
      status: 403,
      body: { error: 'mfa_required', error_description: 'Multifactor authentication required', mfa_token: 'Fe26.2' },
      error: { code: 'interaction_required', interaction: { kind: 'mfa', handle: 'Fe26.2' } },
    },
    {
      what: 'too many requests',
      status: 429,
      body: { error: 'too_many_requests', error_description: 'Global limit has been reached' },
      error: { code: 'temporarily_unavailable', retryable: true },
    },
  ],
  revocation: {
    client: () => ({ ...client, grant: refreshToken('old') }),
    issued: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 86400 },
    requests: [{ path: '/oauth/revoke', body: [...asClient, ['token', 'r'], ['token_type_hint', 'refresh_token']] }],
  },
  tokens: {
    audience,
    jwks: '/.well-known/jwks.json',
    claims: (origin) => ({
      iss: `${origin}/`,
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      aud: [audience, `${origin}/userinfo`],
      azp: 'my-client',
      scope: 'openid read:accounts',
      permissions: ['write:accounts'],
    }),
    verified: {
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      clientId: 'my-client',
      scopes: ['openid', 'read:accounts', 'write:accounts'],
    },
    alsoGood: () => [
      {
        what: 'the profile of RFC 9068',
        header: { typ: 'at+jwt' },
        claims: { azp: undefined, client_id: 'my-client', jti: 'j' },
        verified: { clientId: 'my-client' },
      },
      {
        what: 'a token of an application',
        claims: { sub: 'my-client@clients', aud: audience, gty: 'client-credentials', permissions: undefined },
        verified: { subject: 'my-client@clients' },
      },
    ],
    refused: (origin) => [
      { what: 'an issuer without its slash', claims: { iss: origin } },
      { what: 'another tenant', claims: { iss: 'https://other.eu.auth0.com/' } },
      { what: 'a token of the Management API', claims: { aud: `${origin}/api/v2/` } },
      { what: 'an ID token', claims: { aud: 'my-client', nonce: 'n', at_hash: 'h' } },
      { what: 'a token without an audience', claims: { aud: undefined } },
    ],
  },
}
