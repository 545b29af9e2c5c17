import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose'

/** What the tests call themselves. */
export const issuer = 'https://issuer.example.test'
export const audience = 'https://api.example.test/'
/** Seconds since the epoch at which the tests' clock stands. */
export const epoch = 1_800_000_000

/** Milliseconds since the epoch, moved by hand. */
export interface TestClock {
  (): number
  advance(seconds: number): void
}

export function clockAt(seconds: number = epoch): TestClock {
  let now = seconds * 1000
  return Object.assign(() => now, {
    advance: (by: number) => {
      now += by * 1000
    },
  })
}

/** The claims of a good token, with others put over them; `undefined` leaves one out. */
export function claimsWith(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { iss: issuer, aud: audience, sub: 'user-1', iat: epoch, exp: epoch + 300, scope: 'read write', ...over }
}

/** A key of an issuer, with what it publishes and how it signs. */
export interface Signer {
  readonly alg: string
  readonly kid: string
  readonly jwk: JWK
  readonly privateJwk: JWK
  /** Signs claims, or a payload given as text or bytes. */
  sign(claims?: object | string | Uint8Array, header?: Readonly<Record<string, unknown>>): Promise<string>
}

export async function createSigner(
  alg = 'RS256',
  kid = `${alg}-1`,
  jwkMembers: Readonly<Record<string, unknown>> = {},
): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig', ...jwkMembers }
  return {
    alg,
    kid,
    jwk,
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg },
    sign: (claims = claimsWith(), header = {}) =>
      new CompactSign(bytesOf(claims)).setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header }).sign(privateKey),
  }
}

export function bytesOf(payload: object | string | Uint8Array): Uint8Array {
  if (payload instanceof Uint8Array) return payload
  return new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload))
}

export function base64url(payload: object | string | Uint8Array): string {
  return Buffer.from(bytesOf(payload)).toString('base64url')
}
