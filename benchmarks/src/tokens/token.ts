import type { Key } from './key.js'

export const issuer = 'https://as.example.com'
export const audience = 'https://api.example.com'

/** So many access tokens (RFC 9068) of about 700 characters, no two alike, as bytes: where a socket would leave them. */
export function createTokens(
  key: Key,
  count: number,
  {
    typ = 'at+jwt',
    issuerOf = () => issuer,
  }: { readonly typ?: string; readonly issuerOf?: (n: number) => string } = {},
): readonly Buffer[] {
  const header = encoded({ alg: key.algorithm, typ, kid: key.jwk.kid })
  const now = Math.floor(Date.now() / 1000)
  return Array.from({ length: count }, (_, n) => {
    const own = { iss: issuerOf(n), jti: `token-${n}`, iat: now, exp: now + 3600 }
    const signed = Buffer.from(`${header}.${encoded({ ...claims, ...own })}`)
    return Buffer.concat([signed, Buffer.from(`.${key.sign(signed).toString('base64url')}`)])
  })
}

/** A string that nobody has hashed, compared or flattened yet. */
export function fresh(token: Buffer): string {
  return token.toString('latin1')
}

const claims = {
  aud: audience,
  sub: '5b2f1c7e-93d4-4a58-8a2e-0d6f4c1b7a90',
  client_id: 'web-portal',
  scope: 'openid profile accounts:read accounts:write payments:read',
  sid: 'f3a9c2d4-7b1e-4c60-9d85-2e7a6b0c4f18',
  tenant: 'example-tenant-0042',
  roles: ['operator', 'auditor'],
  auth_time: 1_760_000_000,
  acr: 'urn:example:mfa',
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
