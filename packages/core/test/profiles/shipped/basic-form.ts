import { basicForm } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

export const fixture: ProfileFixture = {
  profile: (origin) => basicForm({ base: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ clientId: 'ada@example.com', clientSecret: 'a b:ç', scope: 'never.sent' }),
      path: '/oauth/v2/token',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('ada@example.com:a b:ç').toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
      token: { accessToken: 'NgXCXRKc...Mz0Yjw=', scope: undefined },
    },
  ],
  answers: [
    {
      what: 'the sample, which is no JWT and need not be',
      body: { token_type: 'Bearer', expires_in: 3600, access_token: 'NgXCXRKc...Mz0Yjw=' },
      read: { accessToken: 'NgXCXRKc...Mz0Yjw=', lifetime: 3600, scope: undefined, repairs: [] },
    },
  ],
  errors: [
    { what: 'a wrong client, with nothing to read', status: 401, body: '', error: { code: 'invalid_client' } },
    { what: 'a wrong client, with a page', status: 401, body: '<html>', error: { code: 'invalid_client' } },
  ],
  tokens: {
    audience: 'https://connect.example.com',
    options: (origin) => ({ issuer: origin, jwks: `${origin}/jwks` }),
    jwks: '/jwks',
    claims: (origin) => ({ iss: origin, aud: 'https://connect.example.com', scope: 'payments' }),
    verified: { scopes: ['payments'] },
    refused: () => [{ what: 'another audience', claims: { aud: 'https://other.example.com' } }],
  },
}
