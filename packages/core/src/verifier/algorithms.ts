import type { PlatformKey } from '../platform-key.js'
import { nonEmptyList } from './option-checks.js'

/** How one `alg` of RFC 7518 §3.1 or RFC 8037 is verified, and which keys can do it. */
export interface SignatureAlgorithm {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly crv?: string | undefined
  /** For `crypto.subtle`: what a key is imported with, and what it verifies with. */
  readonly params: Algorithm & {
    readonly hash?: string
    readonly namedCurve?: string
    readonly saltLength?: number
  }
}

/** RFC 9864 gave EdDSA over Ed25519 a name of its own; both mean the same signature. */
const ed25519: SignatureAlgorithm = { kty: 'OKP', crv: 'Ed25519', params: { name: 'Ed25519' } }

const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ...family('RS', (hash) => ({ kty: 'RSA', params: { name: 'RSASSA-PKCS1-v1_5', hash } })),
  ...family('PS', (hash, bits) => ({ kty: 'RSA', params: { name: 'RSA-PSS', hash, saltLength: bits / 8 } })),
  ...family('ES', (hash, bits) => {
    const crv = `P-${bits === 512 ? 521 : bits}`
    return { kty: 'EC', crv, params: { name: 'ECDSA', namedCurve: crv, hash } }
  }),
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
])

/** Imports a public key, for this algorithm alone. @throws what the platform does, for a key it cannot use */
export async function importPublicKey(material: JsonWebKey, name: string): Promise<PlatformKey | undefined> {
  const params = signatureAlgorithm(name)?.params
  return params && (await crypto.subtle.importKey('jwk', material, params, true, ['verify']))
}

/** The name of every algorithm that can be allowed: asymmetric ones only, because the keys are public. */
export const algorithmNames: readonly string[] = [...algorithms.keys()]

/** The algorithm of this exact name, none for any other; the same where two names mean the same. */
export function signatureAlgorithm(name: string): SignatureAlgorithm | undefined {
  return algorithms.get(name)
}

/** Reads an allow-list; either name of EdDSA allows both. @throws TypeError when it is empty, or names another one. */
export function readAlgorithms(algorithms: readonly string[] | undefined): ReadonlySet<string> {
  const names = nonEmptyList(algorithms, 'algorithms', "['RS256', 'ES256']")
  for (const name of names) {
    if (!algorithmNames.includes(name)) {
      throw new TypeError(`algorithms names '${name}'; those that can be allowed are ${algorithmNames.join(', ')}`)
    }
  }
  const allowed = new Set(names.map(signatureAlgorithm))
  return new Set(algorithmNames.filter((name) => allowed.has(signatureAlgorithm(name))))
}

/** Three algorithms that differ by their hash. */
function family(
  prefix: string,
  algorithmOf: (hash: string, bits: number) => SignatureAlgorithm,
): readonly [name: string, SignatureAlgorithm][] {
  return [256, 384, 512].map((bits) => [prefix + bits, algorithmOf(`SHA-${bits}`, bits)])
}
