import { portx } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

const accessToken = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9...'
const scope = 'accounts:read accounts:write'

export const fixture: ProfileFixture = {
  profile: (origin) => portx({ base: origin, api: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ clientId: 'my-client', clientSecret: 'my-secret', scope }),
      path: '/oauth/token',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: `{"client_id":"my-client","client_secret":"my-secret","grant_type":"client_credentials","scope":"${scope}"}`,
      token: { tokenType: 'Bearer', scope, refreshToken: undefined },
    },
  ],
  answers: [
    {
      what: 'the documented answer',
      body: { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, scope },
      read: {
        accessToken,
        tokenType: 'Bearer',
        lifetime: 3600,
        refreshIn: undefined,
        refreshToken: undefined,
        scope,
        metadata: {},
        repairs: [],
      },
    },
  ],
  errors: [
    {
      what: 'the documented error, a code of its own',
      status: 401,
      body: { error: 'unauthorized', error_description: 'The access token is invalid or has expired' },
      error: { code: 'invalid_client' },
    },
  ],
  tokens: {
    audience: 'https://api.portx.io',
    options: (origin) => ({ issuer: origin, jwks: `${origin}/jwks` }),
    jwks: '/jwks',
    claims: (origin) => ({ iss: origin, aud: 'https://api.portx.io', scope: 'accounts:read' }),
    verified: { scopes: ['accounts:read'] },
    refused: () => [{ what: 'another audience', claims: { aud: 'https://auth.portx.io' } }],
  },
}
