import { refreshToken } from '../../../src/client/grants/standard.js'
import { cognito } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

const path = '/oauth2/token'
const client = { clientId: '1example23456789', clientSecret: 'my-secret' }
const headers = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `Basic ${btoa('1example23456789:my-secret')}`,
}

export const fixture: ProfileFixture = {
  profile: (origin) =>
    cognito({
      domain: 'acme.auth.us-west-2.amazoncognito.com',
      region: 'us-west-2',
      userPool: 'us-west-2_example',
      base: origin,
      idp: origin,
    }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: ['accounts/read', 'accounts/write'] }),
      path,
      headers,
      body: [
        ['grant_type', 'client_credentials'],
        ['scope', 'accounts/read accounts/write'],
      ],
      token: { tokenType: 'Bearer', scope: 'accounts/read accounts/write' },
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('eyJj3example') }),
      path,
      headers,
      body: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'eyJj3example'],
      ],
      answer: { id_token: 'eyJz', access_token: 'eyJz', token_type: 'Bearer', expires_in: 3600 },
      token: { refreshToken: 'eyJj3example' },
    },
  ],
  answers: [
    {
      what: 'a token for a machine',
      body: { access_token: 'eyJra1example', token_type: 'Bearer', expires_in: 3600 },
      read: { accessToken: 'eyJra1example', lifetime: 3600, scope: undefined, repairs: [] },
    },
    {
      what: 'a session',
      grant: 'authorization_code',
      body: {
        access_token: 'eyJra1example',
        id_token: 'eyJra2example',
        refresh_token: 'eyJj3example',
        token_type: 'Bearer',
        expires_in: 3600,
      },
      read: { refreshToken: 'eyJj3example', repairs: [] },
    },
  ],
  errors: [
    ...(['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'invalid_scope'] as const).map(
      (error) => ({ what: error, status: 400, body: { error }, error: { code: error } }),
    ),
    {
      what: 'a grant it does not have',
      status: 400,
      body: { error: 'unsupported_grant_type' },
      error: { code: 'unsupported_grant_type' },
    },
  ],
  revocation: {
    client: () => ({ ...client, grant: refreshToken('old') }),
    issued: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 3600 },
    requests: [
      {
        path: '/oauth2/revoke',
        headers,
        body: [
          ['token', 'r'],
          ['token_type_hint', 'refresh_token'],
        ],
      },
    ],
  },
  tokens: {
    audience: '1example23456789',
    jwks: '/us-west-2_example/.well-known/jwks.json',
    header: { typ: undefined },
    claims: (origin) => ({
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      'cognito:groups': ['admin'],
      iss: `${origin}/us-west-2_example`,
      version: 2,
      client_id: '1example23456789',
      origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      token_use: 'access',
      scope: 'phone openid accounts/read',
      auth_time: 1_799_999_900,
      jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      username: 'ada',
    }),
    verified: {
      subject: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      clientId: '1example23456789',
      scopes: ['phone', 'openid', 'accounts/read'],
    },
    alsoGood: () => [
      {
        what: 'a token of a machine',
        claims: { sub: '1example23456789', scope: 'accounts/read', username: undefined },
        verified: { scopes: ['accounts/read'] },
      },
    ],
    refused: (origin) => [
      { what: "another client's token", claims: { client_id: '2example23456789' } },
      { what: 'an audience that is not ours', claims: { aud: 'https://other.example.com' } },
      {
        what: 'an ID token',
        claims: { token_use: 'id', aud: '1example23456789', client_id: undefined, scope: undefined },
      },
      { what: 'a token that does not say its use', claims: { token_use: undefined } },
      { what: 'another user pool', claims: { iss: `${origin}/us-west-2_other` } },
      { what: "the domain's name as issuer", claims: { iss: origin } },
    ],
  },
}
