import type { AuthorizationServer } from '../server.js'
import { stepUp } from './answers.js'
import type { Tokens } from './cases.js'

/** Makes every token the cases need, signed by or stored at real doorways. */
export async function mintTokens({ doorways: { portx, portsip } }: AuthorizationServer): Promise<Tokens> {
  const reader = await portx.issue({ scope: 'accounts:read' })
  const opaqueRevoked = await portsip.issue({ scope: 'accounts:read' })
  await portsip.revoke(opaqueRevoked)
  const [, strong] = stepUp.acrValues
  return {
    reader,
    scopeless: await portx.issue({ scope: '' }),
    expired: await portx.issue({ scope: 'accounts:read', expiresIn: -1 }),
    notYetValid: await portx.issue({ scope: 'accounts:read', claims: { nbf: now() + 300 } }),
    foreignAudience: await portx.issue({ scope: 'accounts:read', audience: 'https://other.example.test' }),
    foreignIssuer: await portx.issue({ scope: 'accounts:read', issuer: 'https://other.example.test' }),
    forged: withPayload(reader, { scope: 'accounts:read accounts:write' }),
    unsigned: withHeader(reader, { alg: 'none' }),
    bound: await portx.issue({ scope: 'accounts:read', claims: { cnf: { jkt: 'a'.repeat(43) } } }),
    idToken: await portx.issue({
      scope: 'accounts:read',
      claims: { nonce: 'n', at_hash: 'h' },
      header: { typ: 'id_token+jwt' },
    }),
    steppedUp: await portx.issue({ scope: 'accounts:read', claims: { acr: strong, auth_time: now() } }),
    weakLogin: await portx.issue({ scope: 'accounts:read', claims: { acr: 'pwd', auth_time: now() } }),
    oldLogin: await portx.issue({
      scope: 'accounts:read',
      claims: { acr: strong, auth_time: now() - stepUp.maxAge - 1 },
    }),
    opaque: await portsip.issue({ scope: 'accounts:read' }),
    opaqueRevoked,
    opaqueForeignAudience: await portsip.issue({ scope: 'accounts:read', audience: 'https://other.example.test' }),
  }
}

/** The same token with another header and no signature. */
function withHeader(token: string, members: Readonly<Record<string, unknown>>): string {
  const [header = '', payload = ''] = token.split('.')
  return `${merge(header, members)}.${payload}.`
}

/** The same token with another payload under the old signature. */
function withPayload(token: string, members: Readonly<Record<string, unknown>>): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return `${header}.${merge(payload, members)}.${signature}`
}

function merge(segment: string, members: Readonly<Record<string, unknown>>): string {
  const object: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString())
  return Buffer.from(JSON.stringify(Object.assign({}, object, members))).toString('base64url')
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
