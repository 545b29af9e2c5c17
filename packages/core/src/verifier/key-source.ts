import type { VerificationKey } from './jwk.js'
import { type KeySet, readKeySet } from './key-set.js'
import type { JwkSet } from './types.js'

/** Where the keys of one issuer come from. */
export interface KeySource {
  /**
   * The keys that may have made a signature, fetched if that could help.
   *
   * @throws Refusal `invalid_token` when there is none, `temporarily_unavailable` when that cannot be known.
   */
  find(alg: string, kid: string | undefined, signal: AbortSignal | undefined): Promise<readonly VerificationKey[]>
  /**
   * Told that none of these keys made the signature: the issuer may have put new material under an old `kid`.
   *
   * @returns keys to try instead, none when there is nothing newer.
   */
  findNewer(
    alg: string,
    kid: string | undefined,
    tried: readonly VerificationKey[],
    signal: AbortSignal | undefined,
  ): Promise<readonly VerificationKey[]>
  /** Whether a key that verified something before still may, without waiting; starts a refresh that is due. */
  trusts(key: VerificationKey): boolean
}

/** Keys given as a set, for good. @throws TypeError when it is not a JWK Set. */
export function staticKeys(jwks: JwkSet): KeySource {
  const set: KeySet | undefined = readKeySet(jwks.keys)
  if (set === undefined) throw new TypeError("jwks is no JWK Set; expected { keys: [{ kty: 'RSA', … }] } or its URL")
  return {
    find: async (alg, kid) => set.candidates(alg, kid),
    findNewer: async () => [],
    trusts: (key) => set.holds(key),
  }
}
