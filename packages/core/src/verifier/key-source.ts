import type { VerificationKey } from './jwk.js'
import type { JwkSet } from './jwk-set.js'
import { readKeySet, type SignedBy } from './key-set.js'
import type { Caller, RequestScope } from './request-scope.js'

/** What a token's header says of its key, and whose patience a fetch may cost. */
export interface KeyQuery extends Caller, SignedBy {}

/** Picks the key that made a signature; at once where all can be checked at once. */
export type PickKey = (
  keys: readonly VerificationKey[],
) => VerificationKey | undefined | Promise<VerificationKey | undefined>

/** Where the keys of one issuer come from. */
export interface KeySource {
  /**
   * The keys that may have made a signature, fetched if that could help; at once where they are at hand.
   *
   * @returns none when the issuer has none.
   * @throws Refusal `temporarily_unavailable` when that cannot be known.
   */
  find(query: KeyQuery): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
  /**
   * Told that none of these keys made the signature: the issuer may have put new material under an old `kid`.
   *
   * @returns the newer key that made it, if there is one.
   */
  findNewer(query: KeyQuery, tried: readonly VerificationKey[], pick: PickKey): Promise<VerificationKey | undefined>
  /** Whether a key that verified something before still may, without waiting; starts a refresh that is due. */
  trusts(key: VerificationKey, scope: RequestScope): boolean
}

/**
 * Keys given as a set, for good, as each issuer sees them.
 *
 * @param jwks `null` for those who write JavaScript.
 * @throws TypeError when it is not a JWK Set, or holds no key that can be used.
 */
export function staticKeys(jwks: JwkSet | null): (issuer: string) => KeySource {
  const set = readKeySet(jwks?.keys)
  if (set === undefined) throw new TypeError("jwks is no JWK Set; expected { keys: [{ kty: 'RSA', … }] } or its URL")
  if (set.keys.length === 0) {
    throw new TypeError("jwks holds no public key for signatures, { kty: 'EC', crv: 'P-256', … } for instance")
  }
  return (issuer) => ({
    find: (query) => set.candidates(query, issuer),
    findNewer: async () => undefined,
    trusts: (key) => set.holds(key),
  })
}
