import { signIn } from '../../../src/client/grants/standard.js'
import { portsip } from '../../../src/profiles/index.js'
import { now, type ProfileFixture } from './fixture.js'

const accessToken = 'NGMZZGRMZMQTNJG4YS0ZMJY3LWI1MTUTNWZJYTDIZDA4ODAY'
const refreshToken = 'NTU4Y2UXODATYJYZZC01OGI3LTKZMTATZGQ5ZGM1ODCZMDDM'
const common = { access_token: accessToken, token_type: 'Bearer' }
const read = { accessToken, refreshToken, lifetime: 3600 }

export const fixture: ProfileFixture = {
  profile: (origin) => portsip({ base: `${origin}/api` }),
  requests: [
    {
      grant: 'sign_in',
      client: () => ({ grant: signIn({ username: 'ada', password: 'hers', domain: 'pbx.example.com' }) }),
      path: '/api/auth/sign_in',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: '{"username":"ada","password":"hers","domain":"pbx.example.com"}',
      token: { accessToken, refreshToken },
    },
  ],
  answers: [
    {
      what: 'the documented answer',
      body: { ...common, expires_in: 3600, refresh_token: refreshToken },
      read: { ...read, repairs: [] },
    },
    {
      what: 'the spelling of the prose',
      body: { ...common, expires_in: 3600, refresh_tokne: refreshToken },
      read: { ...read, repairs: ['refresh_token stood elsewhere'] },
    },
    {
      what: 'the older answer, with a date and blank fields',
      body: {
        ...common,
        expires_at: new Date((now + 3600) * 1000).toISOString(),
        refresh_token: refreshToken,
        role: 'admin',
        expires_in: null,
      },
      read: {
        ...read,
        metadata: { role: 'admin' },
        repairs: ['expires_in was null', 'expires_in stood elsewhere'],
      },
    },
  ],
  errors: [
    {
      what: 'a failed login',
      status: 400,
      body: { errors: [{ code: 'UNAUTHORIZED', message: 'no' }] },
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a failure in a 200',
      status: 200,
      body: { errors: [{ code: 'UNKNOWN', message: 'no' }] },
      error: { code: 'server_error' },
    },
    {
      what: 'a second factor that is wanted',
      status: 200,
      body: { two_factor_enabled: true, token: 'handle' },
      error: { code: 'interaction_required', interaction: { kind: 'two_factor', handle: 'handle' } },
    },
  ],
  revocation: {
    client: () => ({ grant: signIn({ username: 'ada', password: 'hers' }) }),
    issued: { ...common, expires_in: 3600, refresh_token: refreshToken },
    requests: [
      {
        path: '/api/auth/sign_out',
        headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
        body: '',
      },
    ],
    status: 401,
  },
}
