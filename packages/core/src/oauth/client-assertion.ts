import { importJWK, importPKCS8, SignJWT } from 'jose'
import { isJsonObject, type JsonObject } from '../json.js'
import type { PlatformKey } from '../platform-key.js'
import { once } from '../runtime.js'
import {
  type ClientAuthContext,
  type ClientAuthentication,
  type ClientAuthParts,
  type Secret,
  withSecret,
} from './client-authentication.js'

/** A private key: a `CryptoKey` that may sign, a JWK (RFC 7517), or PKCS #8 in PEM. */
export type PrivateKey = PlatformKey | JsonObject | string

/** The signature algorithms of {@link privateKeyJwt} (RFC 7518 §3.1, RFC 8037 §3.1). */
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

/** Options of {@link privateKeyJwt}. */
export interface PrivateKeyJwtOptions {
  /** @default what the `CryptoKey` or the JWK says; must be given for PEM */
  readonly alg?: AssertionAlgorithm | undefined
  /** Tells the server which of the client's keys it is. @default the JWK's */
  readonly kid?: string | undefined
  /** What the assertion is addressed to. @default the token endpoint (RFC 7523 §3) */
  readonly audience?: string | undefined
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

/**
 * An assertion signed with the client's private key (RFC 7523 §2.2, `private_key_jwt`), made anew for each request.
 *
 * @throws TypeError when the key is no private key, or nothing says its algorithm.
 * @example privateKeyJwt(await readFile('client.pem', 'utf8'), { alg: 'ES256', kid: '2026-01' })
 */
export function privateKeyJwt(key: PrivateKey, options: PrivateKeyJwtOptions = {}): ClientAuthentication {
  const alg = algorithmOf(key, options.alg)
  const kid = options.kid ?? (isJwk(key) && typeof key.kid === 'string' ? key.kid : undefined)
  const imported = once(() => importKey(key, alg))
  return {
    method: 'private_key_jwt',
    authenticate: async (context) => {
      const header = kid === undefined ? { alg } : { alg, kid }
      return await assertion(context, header, await imported(), options.audience)
    },
  }
}

/**
 * An assertion signed with the client's secret (RFC 7523 §2.2, `client_secret_jwt`): the secret itself is not sent.
 *
 * @param options.audience what the assertion is addressed to. @default the token endpoint (RFC 7523 §3)
 * @throws TypeError when the secret is empty, or shorter than the 32 bytes that HS256 needs (RFC 7518 §3.2).
 * @example clientSecretJwt(secret)
 */
export function clientSecretJwt(
  secret: Secret,
  options: { readonly audience?: string | undefined } = {},
): ClientAuthentication {
  if (typeof secret !== 'function') for (const each of [secret].flat()) keyOf(each)
  return {
    method: 'client_secret_jwt',
    ...withSecret(secret, async (context, current) => {
      const parts = await assertion(context, { alg: 'HS256' }, keyOf(current), options.audience)
      return { ...parts, secrets: [current, ...(parts.secrets ?? [])] }
    }),
  }
}

function keyOf(secret: string): Uint8Array {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : undefined
  if (key !== undefined && key.length >= 32) return key
  throw new TypeError('a client secret for HS256 is a string of at least 32 bytes, or a function that returns one')
}

async function assertion(
  { clientId, endpoint, now }: ClientAuthContext,
  header: { readonly alg: string; readonly kid?: string },
  key: CryptoKey | Uint8Array,
  audience = endpoint.href,
): Promise<ClientAuthParts> {
  const issuedAt = Math.floor(now() / 1000)
  const jwt = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ ...header, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(key)
  return {
    headers: {},
    parameters: {
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt,
    },
    secrets: [jwt],
  }
}

function algorithmOf(key: PrivateKey, given: AssertionAlgorithm | undefined): AssertionAlgorithm {
  checkPrivate(key)
  const alg = given ?? impliedAlgorithm(key)
  const known = algorithms.find((each) => each === alg)
  if (known !== undefined) return known
  throw new TypeError(`privateKeyJwt needs alg, one of ${algorithms.join(', ')}`)
}

function checkPrivate(key: PrivateKey): void {
  const usable =
    typeof key === 'string'
      ? key.includes('-----BEGIN PRIVATE KEY-----')
      : isJwk(key)
        ? typeof key.d === 'string'
        : key instanceof CryptoKey && key.type === 'private' && key.usages.includes('sign')
  if (!usable)
    throw new TypeError('privateKeyJwt needs a private key: a CryptoKey that may sign, a JWK, or PKCS #8 in PEM')
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

async function importKey(key: PrivateKey, alg: string): Promise<CryptoKey | Uint8Array> {
  if (typeof key === 'string') return await importPKCS8(key, alg)
  return isJwk(key) ? await importJWK({ ...key }, alg) : key
}

function isJwk(key: PrivateKey): key is JsonObject {
  return isJsonObject(key) && typeof key.kty === 'string'
}
