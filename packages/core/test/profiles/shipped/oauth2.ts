import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { oauth2 } from '../../../src/profiles/index.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const path = '/token'
const client = { clientId: 'my client', clientSecret: 's:ecret' }
const headers = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `Basic ${btoa('my+client:s%3Aecret')}`,
}

/** The examples of RFC 6749. */
export const fixture: ProfileFixture = {
  profile: (origin) =>
    oauth2({
      tokenEndpoint: `${origin}/token`,
      revocationEndpoint: `${origin}/revoke`,
      deviceAuthorizationEndpoint: `${origin}/device`,
    }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: 'a b', resource: 'https://api.example.com/' }),
      path,
      headers,
      body: [
        ['grant_type', 'client_credentials'],
        ['scope', 'a b'],
        ['resource', 'https://api.example.com/'],
      ],
    },
    {
      grant: 'password',
      client: () => ({ ...client, grant: password({ username: 'johndoe', password: 'A3ddj3w' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'password'],
        ['username', 'johndoe'],
        ['password', 'A3ddj3w'],
      ],
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('tGzv3JOkF0XG5Qx2TlKWIA') }),
      path,
      headers,
      body: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'tGzv3JOkF0XG5Qx2TlKWIA'],
      ],
    },
    {
      grant: 'token_exchange',
      client: () => ({
        ...client,
        grant: tokenExchange({ subjectToken: 'accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC' }),
      }),
      path,
      headers,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', 'accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC'],
        ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
      ],
    },
    {
      grant: 'jwt_bearer',
      client: () => ({ ...client, grant: jwtBearer({ assertion: 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.e30.c2ln' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        ['assertion', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.e30.c2ln'],
      ],
    },
    {
      grant: 'device_code',
      client: () => ({ ...client, grant: onDevice() }),
      before: { path: '/device', headers, body: [['client_id', client.clientId]], answer: deviceAnswer },
      path,
      headers,
      body: deviceGrant,
    },
  ],
  answers: [
    {
      what: 'the answer of RFC 6749 §5.1',
      body: {
        access_token: '2YotnFZFEjr1zCsicMWpAA',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: 'tGzv3JOkF0XG5Qx2TlKWIA',
        example_parameter: 'example_value',
      },
      read: {
        accessToken: '2YotnFZFEjr1zCsicMWpAA',
        tokenType: 'Bearer',
        lifetime: 3600,
        refreshToken: 'tGzv3JOkF0XG5Qx2TlKWIA',
        repairs: [],
      },
    },
  ],
  errors: [
    {
      what: 'the error of RFC 6749 §5.2',
      status: 400,
      body: { error: 'invalid_request' },
      error: { code: 'invalid_request' },
    },
    {
      what: 'the error of RFC 8707 §2',
      status: 400,
      body: { error: 'invalid_target' },
      error: { code: 'invalid_target' },
    },
  ],
  revocation: {
    client: () => client,
    issued: { access_token: 'a', token_type: 'Bearer', expires_in: 300 },
    requests: [
      {
        path: '/revoke',
        headers,
        body: [
          ['token', 'a'],
          ['token_type_hint', 'access_token'],
        ],
      },
    ],
  },
  tokens: {
    audience: 'https://rs.example.com/',
    options: (origin) => ({ issuer: `${origin}/`, jwks: `${origin}/jwks` }),
    jwks: '/jwks',
    header: { typ: 'at+jwt' },
    claims: (origin) => ({
      iss: `${origin}/`,
      sub: '5ba552d67',
      aud: 'https://rs.example.com/',
      jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
      client_id: 's6BhdRkqt3',
      scope: 'openid profile reademail',
    }),
    verified: { subject: '5ba552d67', clientId: 's6BhdRkqt3', scopes: ['openid', 'profile', 'reademail'] },
    refused: () => [
      { what: 'another audience', claims: { aud: 'https://other.example.com/' } },
      { what: 'another type', header: { typ: 'logout+jwt' } },
    ],
  },
}
