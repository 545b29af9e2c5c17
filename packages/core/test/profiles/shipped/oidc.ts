import { oidc } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'
import { fixture as standard } from './oauth2.js'

/** As any server that keeps to the RFCs, its endpoints found by its metadata. */
export const fixture: ProfileFixture = {
  ...standard,
  profile: (issuer) => oidc({ issuer }),
  metadata: (issuer) => ({
    issuer,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    device_authorization_endpoint: `${issuer}/device`,
    jwks_uri: `${issuer}/jwks`,
  }),
  tokens: {
    audience: 'https://rs.example.com/',
    jwks: '/jwks',
    header: { typ: 'at+jwt' },
    claims: (iss) => ({ iss, sub: 'ada', aud: 'https://rs.example.com/', client_id: 's6BhdRkqt3', scope: 'read' }),
    verified: { subject: 'ada', clientId: 's6BhdRkqt3', scopes: ['read'] },
    refused: (origin) => [
      { what: 'another issuer, if only by a slash', claims: { iss: `${origin}/` } },
      { what: 'another audience', claims: { aud: 'https://other.example.com/' } },
    ],
  },
}
