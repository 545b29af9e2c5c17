import {
  type ClientAuthContext,
  type ClientAuthentication,
  type ClientAuthParts,
  type Secret,
  withSecret,
} from './client-authentication.js'
import { type AssertionClaims, type PrivateKey, type SigningOptions, signAssertion, signer } from './signing-key.js'

/** Options of {@link privateKeyJwt}. */
export interface PrivateKeyJwtOptions extends SigningOptions {
  /** What the assertion is addressed to. @default the token endpoint (RFC 7523 §3) */
  readonly audience?: string | undefined
}

/**
 * An assertion signed with the client's private key (RFC 7523 §2.2, `private_key_jwt`), made anew for each request.
 *
 * @throws TypeError when the key is no private key, or nothing says its algorithm.
 * @example privateKeyJwt(await readFile('client.pem', 'utf8'), { alg: 'ES256', kid: '2026-01' })
 */
export function privateKeyJwt(key: PrivateKey, options: PrivateKeyJwtOptions = {}): ClientAuthentication {
  const sign = signer('privateKeyJwt', key, options)
  return {
    method: 'private_key_jwt',
    authenticate: async (context) => partsOf(context, await sign(claimsOf(context, options.audience))),
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
      const jwt = await signAssertion({ alg: 'HS256' }, keyOf(current), claimsOf(context, options.audience))
      return { ...partsOf(context, jwt), secrets: [current, jwt] }
    }),
  }
}

function keyOf(secret: string): Uint8Array {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : undefined
  if (key !== undefined && key.length >= 32) return key
  throw new TypeError('a client secret for HS256 is a string of at least 32 bytes, or a function that returns one')
}

/** The client vouches for itself (RFC 7523 §3). */
function claimsOf({ clientId, endpoint, now }: ClientAuthContext, audience = endpoint.href): AssertionClaims {
  return { issuer: clientId, subject: clientId, audience, now }
}

function partsOf({ clientId }: ClientAuthContext, jwt: string): ClientAuthParts {
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
