import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { salesforce } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

const path = '/services/oauth2/token'
const client = { clientId: '3MVG9lKcPoNINVBIPJjdw1J9LLM82Hn', clientSecret: 'my-secret' }
const asClient = [
  ['client_id', client.clientId],
  ['client_secret', client.clientSecret],
] as const
const issued = {
  access_token: '00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs',
  instance_url: 'https://acme.my.salesforce.com',
  id: 'https://login.salesforce.com/id/00D50000000IZ3ZEAW/00550000001fg5OAAQ',
  token_type: 'Bearer',
  issued_at: '1278448384422',
  signature: 'SSSbLO/gBhmmyNUvN18ODBDFYHzakxOMgqYtu+hDPsc=',
}
const subject = 'https://login.salesforce.com/id/00D50000000IZ3ZEAW/00550000001fg5OAAQ'

export const fixture: ProfileFixture = {
  profile: (origin) => salesforce({ domain: 'acme.my.salesforce.com', base: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => client,
      path,
      body: [...asClient, ['grant_type', 'client_credentials']],
      token: { metadata: { instance_url: 'https://acme.my.salesforce.com', issued_at: '1278448384422' } },
    },
    {
      grant: 'password',
      client: () => ({ ...client, grant: password({ username: 'ada@acme.example', password: 'hersXTOKEN' }) }),
      path,
      body: [...asClient, ['grant_type', 'password'], ['username', 'ada@acme.example'], ['password', 'hersXTOKEN']],
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('5Aep8614iLM') }),
      path,
      body: [...asClient, ['grant_type', 'refresh_token'], ['refresh_token', '5Aep8614iLM']],
      token: { refreshToken: '5Aep8614iLM' },
    },
    {
      grant: 'token_exchange',
      client: () => ({
        ...client,
        grant: tokenExchange({ subjectToken: 'theirs' }),
        parameters: { token_handler: 'MyHandler' },
      }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', 'theirs'],
        ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
        ['token_handler', 'MyHandler'],
      ],
    },
    {
      grant: 'jwt_bearer',
      client: () => ({ grant: jwtBearer({ assertion: 'signed.by.us' }) }),
      path,
      body: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        ['assertion', 'signed.by.us'],
      ],
    },
  ],
  answers: [
    {
      what: 'an answer that does not say how long',
      body: issued,
      read: {
        accessToken: '00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs',
        lifetime: 900,
        metadata: { instance_url: issued.instance_url, id: issued.id, issued_at: '1278448384422' },
        repairs: [],
      },
    },
    {
      what: 'a session',
      grant: 'authorization_code',
      body: { ...issued, refresh_token: '5Aep8614iLM', scope: 'refresh_token api' },
      read: { refreshToken: '5Aep8614iLM', scope: 'refresh_token api', repairs: [] },
    },
  ],
  errors: [
    {
      what: 'an unknown client',
      status: 400,
      body: { error: 'invalid_client_id', error_description: 'client identifier invalid' },
      error: { code: 'invalid_client' },
    },
    {
      what: 'a wrong secret',
      status: 400,
      body: { error: 'invalid_client', error_description: 'invalid client credentials' },
      error: { code: 'invalid_client' },
    },
    {
      what: 'a refresh token that is over',
      status: 400,
      body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a person who was switched off',
      status: 400,
      body: { error: 'inactive_user', error_description: 'user is inactive' },
      error: { code: 'access_denied' },
    },
    {
      what: 'too many logins',
      status: 400,
      body: { error: 'rate_limit_exceeded', error_description: 'number of login attempts has been exceeded' },
      error: { code: 'temporarily_unavailable', retryable: true },
    },
  ],
  revocation: {
    client: () => ({ ...client, grant: refreshToken('old') }),
    issued: { ...issued, refresh_token: 'r' },
    requests: [
      {
        path: '/services/oauth2/revoke',
        body: [...asClient, ['token', 'r'], ['token_type_hint', 'refresh_token']],
      },
      {
        path: '/services/oauth2/revoke',
        body: [...asClient, ['token', issued.access_token], ['token_type_hint', 'access_token']],
      },
    ],
  },
  tokens: {
    audience: client.clientId,
    token: issued.access_token,
    introspect: { ...client },
    request: {
      path: '/services/oauth2/introspect',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${btoa(`${client.clientId}:my-secret`)}`,
      },
      body: [
        ['token', issued.access_token],
        ['token_type_hint', 'access_token'],
      ],
    },
    answer: {
      active: true,
      scope: 'api refresh_token',
      client_id: client.clientId,
      username: 'ada@acme.example',
      sub: subject,
      token_type: 'access_token',
      exp: 1_800_007_200,
      iat: 1_800_000_000,
      nbf: 1_800_000_000,
    },
    verified: { subject, clientId: client.clientId, scopes: ['api', 'refresh_token'], expiresAt: 1_800_007_200 },
    refused: [
      { what: 'that it is over', answer: { active: false } },
      { what: "that it is another client's", answer: { active: true, client_id: '3MVG9other', scope: 'api' } },
      {
        what: 'that it is a refresh token',
        answer: { active: true, client_id: client.clientId, token_type: 'refresh_token' },
      },
      { what: 'that it is over since long', answer: { active: true, client_id: client.clientId, exp: 1_799_000_000 } },
      { what: 'nothing of a client', answer: { active: true, scope: 'api' } },
    ],
  },
}
