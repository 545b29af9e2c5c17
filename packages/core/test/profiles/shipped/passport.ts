import { passport } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

export const fixture: ProfileFixture = {
  profile: (origin) => passport({ base: origin, language: 'es' }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ clientId: 'my-client', clientSecret: 'my-secret', scope: 'never.sent' }),
      path: '/v1/iam/oauth/tokens',
      headers: { accept: 'application/json', 'accept-language': 'es', 'content-type': 'application/json' },
      body: '{"client_id":"my-client","client_secret":"my-secret","grant_type":"client_credentials"}',
      token: { scope: 'iam.oauth.tokens.list.get iam.mfa.*' },
    },
  ],
  answers: [
    {
      what: 'the answer third-party clients show',
      body: {
        access_token: 'opaque',
        token_id: 'b7c1',
        token_type: 'Bearer',
        expires_in: 86400,
        scopes: ['iam.oauth.tokens.list.get', 'iam.mfa.*'],
        roles: ['admin'],
        account_id: 'a1',
        created_at: '2026-01-01T00:00:00Z',
      },
      read: {
        lifetime: 86400,
        scope: 'iam.oauth.tokens.list.get iam.mfa.*',
        metadata: { token_id: 'b7c1', account_id: 'a1', roles: ['admin'] },
        repairs: ['scope stood elsewhere', 'scope was a list'],
      },
    },
  ],
  errors: [
    {
      what: 'a wrong client',
      status: 401,
      body: { message: 'no', http_code: 401, type: 'UNAUTHORIZED', trace_id: 't', code: 'x' },
      error: { code: 'invalid_client' },
    },
  ],
  revocation: {
    client: () => ({ clientId: 'my-client', clientSecret: 'my-secret' }),
    issued: { access_token: 'opaque', token_id: 'b7/c1', token_type: 'Bearer', expires_in: 86400 },
    requests: [
      {
        method: 'DELETE',
        path: '/v1/iam/oauth/tokens/b7%2Fc1',
        headers: {
          accept: 'application/json',
          'accept-language': 'es',
          'content-type': 'application/json',
          authorization: 'Bearer opaque',
        },
        body: '{"token_id":"b7/c1"}',
      },
    ],
    status: 404,
  },
  tokens: {
    audience: 'https://api.example.com',
    token: 'opaque',
    introspect: { tokenId: () => 'b7c1', dangerouslyAllowMissingAudience: true },
    request: {
      method: 'GET',
      path: '/v1/iam/oauth/tokens/b7c1',
      headers: { accept: 'application/json', 'accept-language': 'es', authorization: 'Bearer opaque' },
      body: '',
    },
    answer: { token_id: 'b7c1', scopes: ['iam.users.list'], account_id: 'a1' },
    verified: { scopes: ['iam.users.list'] },
    refused: [
      { what: 'that it does not know it', status: 404, answer: {} },
      { what: 'something about another', answer: { token_id: 'b7c2', scopes: [] } },
    ],
  },
}
