import { prepareCheck } from '#signature'
import { decodeBase64url } from '../base64url.js'
import { isJsonObject, type JsonObject } from '../json.js'
import { publicHalf } from '../oauth/public-jwk.js'
import { algorithmNames, canonicalAlgorithm, importPublicKey, signatureAlgorithm } from './algorithms.js'
import { isLimitedTo } from './issuer-template.js'
import type { Jwk } from './jwk-set.js'
import { isSafeEd25519Point, isSafeRsaKey } from './key-strength.js'
import type { SignatureCheck } from './signature.js'

/** A public key of an issuer: what it may verify, and how, prepared when it is first needed. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** Its public half as it was published, and what limits its use. */
  readonly published: Jwk
  /** The same for the same published key, different for different material. */
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
  if (material === undefined || !isStrong(material)) return undefined
  const algorithms = new Set(algorithmNames.filter((alg) => canVerify(jwk, alg)))
  if (algorithms.size === 0) return undefined
  const { kid, issuer: limit } = textsOf(jwk)
  // Values, not promises: on some platforms no request may wait for the promise of another.
  const prepared = new Map<string, SignatureCheck | undefined>()
  const prepare = async (name: string): Promise<SignatureCheck | undefined> => {
    const check = await importCheck(material, name)
    prepared.set(name, check)
    return check
  }
  return {
    kid,
    published: Object.freeze({ ...material, ...textsOf(jwk) }),
    fingerprint: JSON.stringify([kid ?? null, [...algorithms], material, limit ?? null]),
    fits: (name) => algorithms.has(name),
    serves: (name) => limit === undefined || isLimitedTo(limit, name),
    checkFor: (name) => (prepared.has(name) ? prepared.get(name) : prepare(name)),
  }
}

/** Members that are a string or absent: `kid`, `alg`, and by which issuer's tokens the key is limited to, as Entra says it. */
const texts = ['kid', 'alg', 'issuer'] as const

function textsOf(jwk: JsonObject): { readonly [name in (typeof texts)[number]]?: string } {
  return Object.fromEntries(texts.flatMap((name) => (typeof jwk[name] === 'string' ? [[name, jwk[name]]] : [])))
}

/** `use` and `key_ops`, where present, must allow it (RFC 7517 §4.2 and §4.3). */
function isForSignatures(jwk: JsonObject): boolean {
  const { use, key_ops } = jwk
  if (use !== undefined && use !== 'sig') return false
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return false
  return texts.every((name) => jwk[name] === undefined || typeof jwk[name] === 'string')
}

function isStrong({ kty, crv, n = '', e = '', x = '' }: Readonly<Record<string, string>>): boolean {
  if (kty === 'RSA') return isSafeRsaKey(decodeBase64url(n), decodeBase64url(e))
  return crv !== 'Ed25519' || isSafeEd25519Point(decodeBase64url(x))
}

/** A key that names its algorithm is for that one only (RFC 7517 §4.4, RFC 8725 §3.1). */
function canVerify(jwk: JsonObject, name: string): boolean {
  const algorithm = signatureAlgorithm(name)
  if (algorithm === undefined || algorithm.kty !== jwk.kty) return false
  if (algorithm.crv !== undefined && algorithm.crv !== jwk.crv) return false
  if (jwk.alg === undefined) return true
  return typeof jwk.alg === 'string' && canonicalAlgorithm(jwk.alg) === canonicalAlgorithm(name)
}

async function importCheck(
  material: Readonly<Record<string, string>>,
  alg: string,
): Promise<SignatureCheck | undefined> {
  try {
    const key = await importPublicKey(material, alg)
    return key && prepareCheck(alg, key)
  } catch {
    return undefined
  }
}
