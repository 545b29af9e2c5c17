import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { aritma } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

/** Aritma's sample: a JWT whose scope is a list, and not the scope of the answer. */
const aritmaToken =
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IjRDMzE4NkE5MjUwMjI4MUQ5Njg2NjNCNEQ2MEFDMjI5QUM3MkI3ODJSUzI1NiIsInR5cCI6' +
  'ImF0K2p3dCIsIng1dCI6IlRER0dxU1VDS0IyV2htTzAxZ3JDS2F4eXQ0SSJ9.eyJuYmYiOjE2NjM1ODg0ODEsImV4cCI6MTY2MzU' +
  '5MjA4MSwiaXNzIjoiaHR0cHM6Ly9pZC1kZXYuemRhdGEubm8iLCJhdWQiOlsic2VydmljZXMuc2V0dGxlbWVudCIsInphbSIsImh' +
  '0dHBzOi8vaWQtZGV2LnpkYXRhLm5vL3Jlc291cmNlcyJdLCJjbGllbnRfaWQiOiJTZXR0bGVtZW50RXhhbXBsZUNsaWVudCIsIml' +
  'hdCI6MTY2MzU4ODQ4MSwic2NvcGUiOlsic2VydmljZXMuc2V0dGxlbWVudCIsInphbSJdfQ.ZPZ0oZ7krdjmnidwlTJegmU2qkFP' +
  '2QbvLphVfOdCf5lnT6utyLhveTI32RQTrAgmlX4zmpO-Mp5f7Ck3_5L0y1xrmJuvxFDQz3TW8sIdviZzPvFZ86Tt-Yk1dHjgsPaE' +
  'KygmJGhfktxHGUqslaN_sFZJjyQPkIx5q5HGKnDNBUMo0Vx6TFo1V_HRa56QdGrApuCFjPu7goX6z2Qk0i0y1vVbkpWFqS_z-9m-' +
  '8TgjF90aTkqWE866TGTZUEHxL10cnJFMQ6KTZk4Ez1tFkWCb9QW3RO8fvSKRDwDjBf0acToKbbyYvxf6XX4FZMRycFiSEsT-0rPP' +
  'IKXDdB27br7j7g'

const path = '/connect/token'
const client = { clientId: 'my-client', clientSecret: 'my-secret' }
const asClient = [
  ['client_id', 'my-client'],
  ['client_secret', 'my-secret'],
] as const

export const fixture: ProfileFixture = {
  profile: (origin) => aritma({ base: origin }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: 'bankservice', now: () => 1_663_588_481_000 }),
      path,
      body: [...asClient, ['grant_type', 'client_credentials'], ['scope', 'bankservice']],
      token: { accessToken: aritmaToken, scope: 'bankservice' },
    },
    {
      grant: 'password',
      client: () => ({ ...client, grant: password({ username: 'ada', password: 'hers' }), scope: 'offline_access' }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'password'],
        ['username', 'ada'],
        ['password', 'hers'],
        ['scope', 'offline_access'],
      ],
      answer: { access_token: 'a', expires_in: 3600, token_type: 'Bearer', refresh_token: 'r' },
      token: { refreshToken: 'r' },
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('kept') }),
      path,
      body: [...asClient, ['grant_type', 'refresh_token'], ['refresh_token', 'kept']],
      answer: { access_token: 'a', expires_in: 3600, token_type: 'Bearer' },
      token: { refreshToken: 'kept' },
    },
  ],
  answers: [
    {
      what: "the documented answer, whose scope is not the token's",
      at: 1_663_588_481,
      body: { access_token: aritmaToken, expires_in: 3600, token_type: 'Bearer', scope: 'bankservice' },
      read: { accessToken: aritmaToken, lifetime: 3600, scope: 'bankservice', repairs: [] },
    },
  ],
  errors: [
    { what: 'a wrong client', status: 400, body: { error: 'invalid_client' }, error: { code: 'invalid_client' } },
  ],
  tokens: {
    audience: 'services.settlement',
    options: (origin) => ({ issuer: 'https://id-dev.zdata.no', jwks: `${origin}/jwks` }),
    jwks: '/jwks',
    header: { typ: 'at+jwt' },
    claims: () => ({
      iss: 'https://id-dev.zdata.no',
      aud: ['services.settlement', 'zam', 'https://id-dev.zdata.no/resources'],
      client_id: 'SettlementExampleClient',
      scope: ['services.settlement', 'zam'],
    }),
    verified: {
      subject: undefined,
      clientId: 'SettlementExampleClient',
      scopes: ['services.settlement', 'zam'],
    },
    refused: () => [
      { what: 'the audience every token has', claims: { aud: 'https://id-dev.zdata.no/resources' } },
      { what: 'the host of the token endpoint as issuer', claims: { iss: 'https://id.aritma.io' } },
      { what: 'a token without a type', header: { typ: undefined } },
    ],
  },
}
