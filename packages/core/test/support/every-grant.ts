import { deviceCode } from '../../src/client/grants/device-code.js'
import type { Grant } from '../../src/client/grants/grant.js'
import { jwtBearer } from '../../src/client/grants/jwt-bearer.js'
import { clientCredentials, password, refreshToken } from '../../src/client/grants/standard.js'
import { tokenExchange } from '../../src/client/grants/token-exchange.js'

/** A grant of the RFCs, and what it says of itself on the wire, in the order in which it is sent. */
export interface GrantCase {
  readonly name: string
  readonly make: () => Grant
  readonly own: Readonly<Record<string, string>>
}

/** The device code that the server of these grants hands out. */
export const theDeviceCode = 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS'

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

export const everyGrant: readonly GrantCase[] = [
  { name: 'client_credentials', make: clientCredentials, own: { grant_type: 'client_credentials' } },
  {
    name: 'refresh_token',
    make: () => refreshToken('session-0'),
    own: { grant_type: 'refresh_token', refresh_token: 'session-0' },
  },
  {
    name: 'password',
    make: () => password({ username: 'ada', password: 'p&=ß' }),
    own: { grant_type: 'password', username: 'ada', password: 'p&=ß' },
  },
  {
    name: 'token_exchange',
    make: () => tokenExchange({ subjectToken: 'subject' }),
    own: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'subject',
      subject_token_type: accessToken,
    },
  },
  {
    name: 'jwt_bearer',
    make: () => jwtBearer({ assertion: 'a.b.c', reusable: true }),
    own: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' },
  },
  {
    name: 'device_code',
    make: () => deviceCode({ show: () => undefined, wait: async () => undefined }),
    own: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: theDeviceCode },
  },
]
