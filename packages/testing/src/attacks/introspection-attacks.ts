import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type Attack, byToken, type Verdict } from './attack.js'
import { audience, opaqueIssuer, type Reply } from './scene.js'

type Members = Readonly<Record<string, unknown>>

const active = (over: Members = {}): Reply => ({ json: described(over) })

function described(over: Members): Members {
  const now = Math.floor(Date.now() / 1000)
  const good = { iss: opaqueIssuer, aud: audience, sub: 'user-1', client_id: 'client-1', exp: now + 300 }
  return { active: true, ...good, scope: 'accounts:read', ...over }
}

const now = (): number => Math.floor(Date.now() / 1000)

const raw =
  (body: string, status = 200, type = 'application/json'): Reply =>
  (_, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': type }).end(body)

const rows: readonly (readonly [id: string, answer: () => Reply, verdict?: Verdict])[] = [
  ['E-i_activestr', () => active({ active: 'true' })],
  ['E-i_active1', () => active({ active: 1 })],
  ['E-i_activefalsestr', () => active({ active: 'false' })],
  ['E-i_noactive', () => active({ active: undefined })],
  ['E-i_false', () => ({ json: { active: false } })],
  ['E-i_falseplus', () => active({ active: false })],
  ['E-i_null', () => ({ json: null })],
  ['E-i_arr', () => ({ json: [described({})] })],
  ['E-i_ACTIVE', () => active({ active: undefined, ACTIVE: true })],
  ['E-i_protoactive', () => raw('{"__proto__":{"active":true}}')],
  ['E-i_dupactive', () => raw(`{"active":false,${JSON.stringify(described({})).slice(1)}`)],
  ['E-i_noexp', () => active({ exp: undefined }), 'accepted'],
  ['E-i_exppast', () => active({ exp: now() - 1 })],
  ['E-i_expstr', () => active({ exp: `${now() + 300}` })],
  ['E-i_expms', () => active({ exp: now() * 1000 }), 'accepted'],
  ['E-i_exphuge', () => active({ exp: 1e300 }), 'accepted'],
  ['E-i_nbf', () => active({ nbf: now() + 300 })],
  ['E-i_iss', () => active({ iss: 'https://evil.test' })],
  ['E-i_aud', () => active({ aud: 'https://other.test' })],
  ['E-i_noaud', () => active({ aud: undefined })],
  ['E-i_audarr', () => active({ aud: ['x', audience] }), 'accepted'],
  ['E-i_nosub', () => active({ sub: undefined }), 'accepted'],
  ['E-i_scopearr', () => active({ scope: ['accounts:read', 'x'] }), 'accepted'],
  ['E-i_noscope', () => active({ scope: undefined }), 'scopeless'],
  ['E-i_scopeobj', () => active({ scope: { 'accounts:read': true } }), 'scopeless'],
  ['E-i_refresh', () => active({ token_use: 'refresh_token' })],
  ['E-i_dpop', () => active({ cnf: { jkt: 'x' } })],
  ['H-75', () => active({ cnf: { jkt: 'a'.repeat(43) }, token_type: 'DPoP' })],
  ['E-i_jwtresp', () => raw('e30.e30.e30', 200, 'application/token-introspection+jwt'), 'unavailable'],
  ['E-i_401', () => raw('{"error":"invalid_client"}', 401), 'unavailable'],
  ['E-i_500', () => raw('', 500), 'unavailable'],
  ['E-6', () => (request) => request.socket.destroy(), 'unavailable'],
]

/** What an authorization server says of an opaque token: RFC 7662 §2.2. */
export const introspectionAttacks: readonly Attack[] = rows.map(([id, answer, verdict]) =>
  byToken(
    id,
    'introspection',
    ({ describe }) => {
      const token = randomBytes(24).toString('base64url')
      describe(token, answer())
      return token
    },
    verdict,
  ),
)
