import { expect } from 'vitest'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { okta } from '../../../src/profiles/index.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const server = '/oauth2/aus9o8wzkhckw9TLa0h7z'
const path = `${server}/v1/token`
const client = { clientId: '0oabskvc6442nkvQO0h7', clientSecret: 'my-secret' }
const headers = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `Basic ${btoa('0oabskvc6442nkvQO0h7:my-secret')}`,
}

export const fixture: ProfileFixture = {
  profile: (origin) => okta({ domain: 'acme.okta.com', server: 'aus9o8wzkhckw9TLa0h7z', base: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: 'accounts.read' }),
      path,
      headers,
      body: [
        ['grant_type', 'client_credentials'],
        ['scope', 'accounts.read'],
      ],
      token: { tokenType: 'Bearer', scope: 'accounts.read' },
    },
    {
      grant: 'password',
      client: () => ({ ...client, scope: 'openid', grant: password({ username: 'ada', password: 'hers' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'password'],
        ['username', 'ada'],
        ['password', 'hers'],
        ['scope', 'openid'],
      ],
    },
    {
      grant: 'refresh_token',
      client: () => ({
        ...client,
        scope: 'offline_access openid',
        grant: refreshToken('MIOf-U1zQbyfa3MUfJHhvnUqIut9'),
      }),
      path,
      headers,
      body: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'MIOf-U1zQbyfa3MUfJHhvnUqIut9'],
        ['scope', 'offline_access openid'],
      ],
    },
    {
      grant: 'token_exchange',
      client: () => ({
        ...client,
        audience: 'api://ledger',
        scope: 'ledger.read',
        grant: tokenExchange({ subjectToken: 'theirs' }),
      }),
      path,
      headers,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', 'theirs'],
        ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
        ['scope', 'ledger.read'],
        ['audience', 'api://ledger'],
      ],
    },
    {
      grant: 'device_code',
      client: () => ({ clientId: client.clientId, scope: 'openid', grant: onDevice() }),
      before: {
        path: `${server}/v1/device/authorize`,
        body: [
          ['client_id', client.clientId],
          ['scope', 'openid'],
        ],
        answer: deviceAnswer,
      },
      path,
      body: [['client_id', client.clientId], ...deviceGrant],
    },
  ],
  answers: [
    {
      what: 'a token for a service',
      body: { token_type: 'Bearer', expires_in: 3600, access_token: 'eyJraWQiOi', scope: 'accounts.read' },
      read: { accessToken: 'eyJraWQiOi', lifetime: 3600, scope: 'accounts.read', repairs: [] },
    },
    {
      what: 'a session',
      grant: 'authorization_code',
      body: {
        token_type: 'Bearer',
        expires_in: 3600,
        access_token: 'eyJraWQiOi',
        scope: 'offline_access openid',
        refresh_token: 'a9VpZDRCeFh3Nkk2VdY',
        id_token: 'eyJraWQiOi',
      },
      read: { refreshToken: 'a9VpZDRCeFh3Nkk2VdY', repairs: [] },
    },
  ],
  errors: [
    {
      what: 'a wrong secret',
      status: 401,
      body: { error: 'invalid_client', error_description: 'The client secret supplied is invalid.' },
      error: { code: 'invalid_client' },
    },
    {
      what: 'a scope the server does not have',
      status: 400,
      body: { error: 'invalid_scope', error_description: 'One or more scopes are not configured.' },
      error: { code: 'invalid_scope' },
    },
    {
      what: 'no policy that allows it',
      status: 400,
      body: { error: 'access_denied', error_description: 'Policy evaluation failed for this request.' },
      error: { code: 'access_denied' },
    },
    {
      what: 'an authorization server that does not exist, in the shape of its other APIs',
      status: 404,
      body: { errorCode: 'E0000007', errorSummary: 'Not found', errorLink: 'E0000007', errorId: 'o', errorCauses: [] },
      error: { code: 'invalid_request', message: expect.stringContaining('E0000007, status 404): Not found') },
    },
    {
      what: 'a rate limit, in the shape of its other APIs',
      status: 429,
      body: { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' },
      error: { code: 'temporarily_unavailable', retryable: true },
    },
    {
      what: 'a second factor that is wanted',
      status: 403,
      body: { error: 'mfa_required', error_description: 'MFA is required', mfa_token: 'handle' },
      error: { code: 'interaction_required', interaction: { kind: 'mfa', handle: 'handle' } },
    },
  ],
  revocation: {
    client: () => client,
    issued: { token_type: 'Bearer', expires_in: 3600, access_token: 'a', scope: 'accounts.read' },
    requests: [
      {
        path: `${server}/v1/revoke`,
        headers,
        body: [
          ['token', 'a'],
          ['token_type_hint', 'access_token'],
        ],
      },
    ],
  },
  tokens: {
    audience: 'api://accounts',
    jwks: `${server}/v1/keys`,
    header: { typ: undefined },
    claims: (origin) => ({
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      iss: `${origin}${server}`,
      aud: 'api://accounts',
      sub: 'ada@acme.example',
      cid: '0oabskvc6442nkvQO0h7',
      uid: '00ujmkLgagxeRrAg20g3',
      scp: ['openid', 'accounts.read'],
    }),
    verified: {
      subject: 'ada@acme.example',
      clientId: '0oabskvc6442nkvQO0h7',
      scopes: ['openid', 'accounts.read'],
    },
    alsoGood: () => [
      {
        what: 'a token of a service',
        claims: { sub: '0oabskvc6442nkvQO0h7', uid: undefined, scp: ['accounts.read'] },
        verified: { subject: '0oabskvc6442nkvQO0h7', scopes: ['accounts.read'] },
      },
    ],
    refused: (origin) => [
      { what: 'a token of the org authorization server', claims: { iss: origin, aud: origin } },
      { what: "a token for Okta's own API", header: { typ: 'application/okta-internal-at+jwt' } },
      { what: 'another authorization server', claims: { iss: `${origin}/oauth2/default` } },
      { what: 'another audience', claims: { aud: 'api://default' } },
      { what: 'an ID token', claims: { aud: '0oabskvc6442nkvQO0h7', at_hash: 'h', scp: undefined } },
    ],
  },
}
