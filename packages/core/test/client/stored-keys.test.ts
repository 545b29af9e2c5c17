import { expect, test } from 'vitest'
import { jwtBearer } from '../../src/client/grants/jwt-bearer.js'
import { password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import { tokenExchange } from '../../src/client/grants/token-exchange.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { selector } from '../../src/client/select.js'
import { readSettings } from '../../src/client/settings.js'
import { portsip } from '../../src/profiles/portsip.js'

const client = { clientId: 'c', clientSecret: 's' }
const server = { ...client, tokenEndpoint: 'https://as.example/token' }
const start = '1:324:https://as.example/token43:ysIN3ALdh_RcnneqDFQujsWItlV44as-rpse3tPg5sE1:c'

// Two versions share a store while a fleet is updated: another key is another session, and a refresh token that is lost.
// Where a key has to change, the version at its beginning changes with it.
test.for<readonly [who: string, options: TokenClientOptions, key: string]>([
  [
    'a client',
    { ...server, scope: 'b a', resource: 'urn:r', audience: 'aud', parameters: { tenant: 'blue' } },
    `${start}19:client_secret_basic0:18:client_credentials0:6:1:a1:b7:5:urn:r5:3:aud17:14:6:tenant4:blue`,
  ],
  [
    'a client of an issuer',
    { ...client, issuer: 'https://as.example' },
    '1:318:https://as.example43:Ed8tlscFcI99zZy5aKWiPkRKMhER-xQMAscSrUMzz1w1:c19:client_secret_basic0:18:client_credentials0:0:0:0:0:',
  ],
  [
    'a person by a password',
    { ...server, clientSecret: undefined, grant: password({ username: 'ada', password: 'pw' }) },
    `${start}4:none0:8:password43:UtCgkqXu2dbCut6-m9bUlS3lb6DtiSMzGM0uOBhsyK00:0:0:0:`,
  ],
  [
    'a refresh token',
    { ...server, grant: refreshToken('given') },
    `${start}19:client_secret_basic0:13:refresh_token43:IzrxRiZvyLFp3agRRXaSxY0dwVRI2-WPdR2ADCU6x0A0:0:0:0:`,
  ],
  [
    'an exchange',
    { ...server, grant: tokenExchange({ subjectToken: 'subject' }) },
    `${start}19:client_secret_basic0:14:token_exchange43:es3uU5vt10uHqnSRGqe2hCSg6Dle5TAwlXYIT5eGiGI0:0:0:0:`,
  ],
  [
    'an assertion',
    { ...server, grant: jwtBearer({ assertion: 'signed' }) },
    `${start}19:client_secret_basic0:10:jwt_bearer43:QAUiMGL8jtcwvEu6A1V6ZNIjbn3qIP5A5yEP48uFlf40:0:0:0:`,
  ],
  [
    'a sign-in',
    { profile: portsip({ host: 'pbx.example' }), grant: signIn({ username: 'ada', password: 'pw' }) },
    '1:341:https://pbx.example:8887/api/auth/sign_in43:U6CG5Ku_Ewezga4-pHRfZi2JgYPjk6dnfROS5OGBHIU0:4:none0:7:sign_in43:uIT1BmNgxcD0PrhuILamPWpRC-4T_W6y908LMWuUHvk0:0:0:0:',
  ],
])('the token of %s is found where the version before kept it', async ([, options, key]) => {
  const settings = readSettings(options)
  expect((await selector(settings)(settings)).key).toBe(key)
})
