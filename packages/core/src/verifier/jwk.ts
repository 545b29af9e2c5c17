import { prepareCheck } from '#signature'
import { decodeBase64url } from '../base64url.js'
import { isJsonObject, type JsonObject } from '../json.js'
import { publicHalf, textsOf } from '../oauth/public-jwk.js'
import { algorithmNames, importPublicKey, signatureAlgorithm } from './algorithms.js'
import { isLimitedTo } from './issuer-template.js'
import type { Jwk } from './jwk-set.js'
import { isSafeEd25519Point, isSafeRsaKey } from './key-strength.js'
import type { SignatureCheck } from './signature.js'

/** A public key of an issuer: what it may verify, and how, prepared when it is first needed. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** Its public half as it was published, and what limits its use. */
  readonly published: Jwk
  /** The same for the same key to the same end, whether it names its one alg or not; different for different material. */
  readonly fingerprint: string
  /** Whether this key may verify signatures of this `alg`. */
  fits(alg: string): boolean
  /** Whether it may verify those of this issuer: a set that several share may limit a key to one. */
  serves(issuer: string): boolean
  /** `undefined` when the platform cannot use it, a point off its curve for instance. */
  checkFor(alg: string): SignatureCheck | undefined | Promise<SignatureCheck | undefined>
}

/**
 * Reads one member of a JWK Set (RFC 7517 §4).
 *
 * @returns `undefined` for what cannot verify a signature here: RFC 7517 §5 wants such members ignored, not the set.
 */
export function readJwk(jwk: unknown): VerificationKey | undefined {
  if (!isJsonObject(jwk) || !isForSignatures(jwk)) return undefined
  const material = publicHalf(jwk)
  const limits = limitsOf(jwk)
  if (material === undefined || limits === undefined || !isStrong(material)) return undefined
  const { kid, alg, issuer } = limits
  const algorithms = algorithmNames.filter((name) => canVerify(material, alg, name))
  if (algorithms.length === 0) return undefined
  // Values, not promises: on some platforms no request may wait for the promise of another.
  const prepared = new Map<string, SignatureCheck | undefined>()
  const prepare = async (name: string): Promise<SignatureCheck | undefined> => {
    const check = await importPublicKey(material, name)
      .then((key) => key && prepareCheck(name, key))
      .catch(() => undefined)
    prepared.set(name, check)
    return check
  }
  return {
    kid,
    published: Object.freeze({ ...material, ...limits }),
    fingerprint: JSON.stringify([material, kid, algorithms, issuer]),
    fits: (name) => algorithms.includes(name),
    serves: (name) => issuer === undefined || isLimitedTo(issuer, name),
    checkFor: (name) => (prepared.has(name) ? prepared.get(name) : prepare(name)),
  }
}

/** Which key it is, what it is for, and to which issuer's tokens it is limited, as Entra says it. */
const limiting = ['kid', 'alg', 'issuer']

function limitsOf(jwk: JsonObject): { readonly [name: string]: string | undefined } | undefined {
  return textsOf(
    jwk,
    limiting.filter((name) => jwk[name] !== undefined),
  )
}

/** `use` and `key_ops`, where present, must allow it (RFC 7517 §4.2 and §4.3). */
function isForSignatures({ use = 'sig', key_ops = ['verify'] }: JsonObject): boolean {
  return use === 'sig' && Array.isArray(key_ops) && key_ops.includes('verify')
}

function isStrong({ kty, crv, n = '', e = '', x = '' }: Readonly<Record<string, string>>): boolean {
  if (kty === 'RSA') return isSafeRsaKey(decodeBase64url(n), decodeBase64url(e))
  return crv !== 'Ed25519' || isSafeEd25519Point(decodeBase64url(x))
}

/** @param alg what the key names: it is for that one only (RFC 7517 §4.4, RFC 8725 §3.1). */
function canVerify({ kty, crv }: Readonly<Record<string, string>>, alg: string | undefined, name: string): boolean {
  const algorithm = signatureAlgorithm(name)
  if (algorithm?.kty !== kty || algorithm?.crv !== crv) return false
  return alg === undefined || signatureAlgorithm(alg) === algorithm
}
