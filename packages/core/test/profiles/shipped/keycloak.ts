import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { keycloak } from '../../../src/profiles/index.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const path = '/realms/acme/protocol/openid-connect/token'
const client = { clientId: 'my-client', clientSecret: 'my-secret' }
const headers = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `Basic ${btoa('my-client:my-secret')}`,
}
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

export const fixture: ProfileFixture = {
  profile: (origin) => keycloak({ base: origin, realm: 'acme' }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: ['profile', 'accounts'] }),
      path,
      headers,
      body: [
        ['grant_type', 'client_credentials'],
        ['scope', 'profile accounts'],
      ],
      token: { tokenType: 'Bearer', scope: 'profile email' },
    },
    {
      grant: 'password',
      client: () => ({ ...client, grant: password({ username: 'ada', password: 'hers' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'password'],
        ['username', 'ada'],
        ['password', 'hers'],
      ],
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('eyJhbGciOiJIUzUxMiJ9') }),
      path,
      headers,
      body: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'eyJhbGciOiJIUzUxMiJ9'],
      ],
    },
    {
      grant: 'token_exchange',
      client: () => ({ ...client, audience: 'ledger', grant: tokenExchange({ subjectToken: 'theirs' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', 'theirs'],
        ['subject_token_type', accessToken],
        ['audience', 'ledger'],
      ],
    },
    {
      grant: 'jwt_bearer',
      client: () => ({ ...client, grant: jwtBearer({ assertion: 'signed.by.another' }) }),
      path,
      headers,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        ['assertion', 'signed.by.another'],
      ],
    },
    {
      grant: 'device_code',
      client: () => ({ ...client, grant: onDevice() }),
      before: {
        path: '/realms/acme/protocol/openid-connect/auth/device',
        headers,
        body: [['client_id', client.clientId]],
        answer: deviceAnswer,
      },
      path,
      headers,
      body: deviceGrant,
    },
  ],
  answers: [
    {
      what: 'a token for a service account',
      body: {
        access_token: 'eyJhbGciOiJSUzI1NiJ9',
        expires_in: 300,
        refresh_expires_in: 0,
        token_type: 'Bearer',
        'not-before-policy': 0,
        scope: 'profile email',
      },
      read: { accessToken: 'eyJhbGciOiJSUzI1NiJ9', lifetime: 300, refreshToken: undefined, repairs: [] },
    },
    {
      what: 'a session',
      grant: 'password',
      body: {
        access_token: 'a',
        expires_in: 300,
        refresh_expires_in: 1800,
        refresh_token: 'r',
        token_type: 'Bearer',
        'not-before-policy': 0,
        session_state: '30d6d1a2',
        scope: 'profile email',
      },
      read: { refreshToken: 'r', scope: 'profile email', repairs: [] },
    },
    {
      what: 'an exchanged token',
      grant: 'token_exchange',
      body: { access_token: 'a', expires_in: 300, token_type: 'Bearer', scope: '', issued_token_type: accessToken },
      read: { metadata: { issued_token_type: accessToken }, repairs: [] },
    },
  ],
  errors: [
    {
      what: 'a wrong secret',
      status: 401,
      body: { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' },
      error: { code: 'invalid_client' },
    },
    {
      what: 'an unknown client',
      status: 401,
      body: { error: 'invalid_client', error_description: 'Invalid client or Invalid client credentials' },
      error: { code: 'invalid_client' },
    },
    {
      what: 'a client without a service account',
      status: 400,
      body: { error: 'unauthorized_client', error_description: 'Client not enabled to retrieve service account' },
      error: { code: 'unauthorized_client' },
    },
    {
      what: 'a wrong password',
      status: 401,
      body: { error: 'invalid_grant', error_description: 'Invalid user credentials' },
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a session that is over',
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Session not active' },
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a realm that does not exist',
      status: 404,
      body: { error: 'Realm does not exist' },
      error: { code: 'invalid_request' },
    },
  ],
  revocation: {
    client: () => ({ ...client, grant: refreshToken('old') }),
    issued: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 300 },
    requests: (['refresh_token', 'access_token'] as const).map((hint) => ({
      path: '/realms/acme/protocol/openid-connect/revoke',
      headers,
      body: [
        ['token', hint === 'refresh_token' ? 'r' : 'a'],
        ['token_type_hint', hint],
      ],
    })),
  },
  tokens: {
    audience: 'accounts',
    jwks: '/realms/acme/protocol/openid-connect/certs',
    claims: (origin) => ({
      iss: `${origin}/realms/acme`,
      jti: 'e0b0f4c1',
      aud: ['accounts', 'account'],
      sub: '4e2a6d2c',
      typ: 'Bearer',
      azp: 'my-client',
      sid: '30d6d1a2',
      realm_access: { roles: ['offline_access', 'teller'] },
      resource_access: { account: { roles: ['view-profile'] } },
      scope: 'profile email',
    }),
    verified: {
      subject: '4e2a6d2c',
      clientId: 'my-client',
      scopes: ['profile', 'email', 'offline_access', 'teller'],
    },
    alsoGood: () => [
      { what: 'a token bound to a key', claims: { typ: 'DPoP' } },
      { what: 'a token of RFC 9068', header: { typ: 'at+jwt' } },
      {
        what: 'a lightweight token',
        claims: { aud: 'accounts', sub: undefined, realm_access: undefined, resource_access: undefined },
        verified: { subject: undefined, scopes: ['profile', 'email'] },
      },
    ],
    refused: (origin) => [
      { what: 'the audience every token has', claims: { aud: 'account' } },
      { what: 'no audience', claims: { aud: undefined } },
      { what: 'another realm', claims: { iss: `${origin}/realms/master` } },
      { what: 'an ID token', claims: { typ: 'ID' } },
      { what: 'a refresh token', claims: { typ: 'Refresh' } },
      { what: 'an offline token', claims: { typ: 'Offline' } },
      { what: 'a registration token', claims: { typ: 'RegistrationAccessToken' } },
      { what: 'a token that does not say what it is', claims: { typ: undefined } },
    ],
  },
}
