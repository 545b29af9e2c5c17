import { SignJWT } from 'jose/jwt/sign'
import { importJWK, importPKCS8 } from 'jose/key/import'
import { isJsonObject, type JsonObject } from '../json.js'
import type { PlatformKey } from '../platform-key.js'
import { once } from '../runtime.js'

/** A private key: a `CryptoKey` that may sign, a JWK (RFC 7517), or PKCS #8 in PEM. */
export type PrivateKey = PlatformKey | JsonObject | string

/** The algorithms assertions are signed with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type AssertionAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** How a private key signs. */
export interface SigningOptions {
  /** @default what the `CryptoKey` or the JWK says; must be given for PEM */
  readonly alg?: AssertionAlgorithm | undefined
  /** Tells the server which key it is. @default the JWK's */
  readonly kid?: string | undefined
}

/** What an assertion says. */
export interface AssertionClaims {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly claims?: JsonObject | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Seconds an assertion is good for: it is made anew for each request. */
const lifetime = 60

const algorithms: readonly AssertionAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]

/** A private key that is ready to sign. */
export interface SigningKey {
  readonly alg: AssertionAlgorithm
  readonly kid: string | undefined
  /** The platform's key, made when it is first needed. */
  readonly imported: () => Promise<PlatformKey | Uint8Array>
}

/**
 * Reads a private key.
 *
 * @param name whose key it is, for the message: `'privateKeyJwt'`.
 * @throws TypeError when it is no private key, or nothing says its algorithm.
 */
export function signingKey(name: string, key: PrivateKey, options: SigningOptions): SigningKey {
  const alg = algorithmOf(name, key, options.alg)
  const kid = options.kid ?? (isJwk(key) && typeof key.kid === 'string' ? key.kid : undefined)
  return { alg, kid, imported: once(() => importKey(key, alg)) }
}

/** What signs assertions with a private key. @throws TypeError as {@link signingKey} does. */
export function signer(
  name: string,
  key: PrivateKey,
  options: SigningOptions,
): (claims: AssertionClaims) => Promise<string> {
  const { alg, kid, imported } = signingKey(name, key, options)
  const header = kid === undefined ? { alg } : { alg, kid }
  return async (claims) => await signAssertion(header, await imported(), claims)
}

/** Signs an assertion with an id of its own (RFC 7523 §3). */
export async function signAssertion(
  header: { readonly alg: string; readonly kid?: string },
  key: PlatformKey | Uint8Array,
  { issuer, subject, audience, claims, now }: AssertionClaims,
): Promise<string> {
  const issuedAt = Math.floor(now() / 1000)
  return await new SignJWT({ ...claims, jti: crypto.randomUUID() })
    .setProtectedHeader({ ...header, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(key)
}

function algorithmOf(name: string, key: PrivateKey, given: AssertionAlgorithm | undefined): AssertionAlgorithm {
  checkPrivate(name, key)
  const alg = given ?? impliedAlgorithm(key)
  const known = algorithms.find((each) => each === alg)
  if (known !== undefined) return known
  throw new TypeError(`${name} needs alg, one of ${algorithms.join(', ')}`)
}

function checkPrivate(name: string, key: PrivateKey): void {
  const usable =
    typeof key === 'string'
      ? key.includes('-----BEGIN PRIVATE KEY-----')
      : isJwk(key)
        ? typeof key.d === 'string'
        : key instanceof CryptoKey && key.type === 'private' && key.usages.includes('sign')
  if (!usable) throw new TypeError(`${name} needs a private key: a CryptoKey that may sign, a JWK, or PKCS #8 in PEM`)
}

function impliedAlgorithm(key: PrivateKey): string | undefined {
  if (typeof key === 'string') return undefined
  if (isJwk(key)) return typeof key.alg === 'string' ? key.alg : byCurve[String(key.crv)]
  const { name } = key.algorithm
  if ('namedCurve' in key.algorithm) return byCurve[String(key.algorithm.namedCurve)]
  if (name === 'Ed25519') return 'EdDSA'
  const size =
    'hash' in key.algorithm && isJsonObject(key.algorithm.hash) ? String(key.algorithm.hash.name).slice(4) : ''
  return `${name === 'RSA-PSS' ? 'PS' : 'RS'}${size}`
}

const byCurve: Readonly<Record<string, AssertionAlgorithm>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

async function importKey(key: PrivateKey, alg: string): Promise<PlatformKey | Uint8Array> {
  if (typeof key === 'string') return await importPKCS8(key, alg)
  return isJwk(key) ? await importJWK({ ...key }, alg) : key
}

function isJwk(key: PrivateKey): key is JsonObject {
  return isJsonObject(key) && typeof key.kty === 'string'
}
