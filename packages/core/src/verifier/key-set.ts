import { readJwk, type VerificationKey } from './jwk.js'

/** More keys than any honest issuer publishes; the rest of a longer set is not looked at. */
const maxKeys = 100
/** How many keys one signature is tried with: where a `kid` does not tell them apart, and where there is none. */
const maxCandidates = 4
const maxCandidatesWithoutKid = 8

/** What a header says of the key. */
export interface SignedBy {
  readonly alg: string
  readonly kid: string | undefined
}

/** One published state of an issuer's keys. It is replaced as a whole, never added to. */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  /** The keys an issuer's signature may be by: of the `kid` if the header has one, and fit for its `alg`. */
  candidates(signedBy: SignedBy, issuer: string): readonly VerificationKey[]
  /** Whether this very key is still published. */
  holds(key: VerificationKey): boolean
}

/**
 * Reads the `keys` of a JWK Set (RFC 7517 §5). Keys that cannot be used are skipped.
 *
 * @param previous the set before: a key that is published again unchanged stays the same object, so that what was
 * derived from it stays valid.
 * @returns `undefined` when `keys` is not an array.
 */
export function readKeySet(keys: unknown, previous?: KeySet): KeySet | undefined {
  if (!Array.isArray(keys)) return undefined
  const known = new Map(previous?.keys.map((key) => [key.fingerprint, key]))
  const read = keys.slice(0, maxKeys).flatMap((jwk) => readJwk(jwk) ?? [])
  const byFingerprint = new Map(read.map((key) => [key.fingerprint, known.get(key.fingerprint) ?? key]))
  const all = [...byFingerprint.values()]
  const byKid = new Map<string | undefined, readonly VerificationKey[]>()
  for (const key of all) byKid.set(key.kid, [...(byKid.get(key.kid) ?? []), key])
  return {
    keys: all,
    candidates: ({ alg, kid }, issuer) => {
      const [named, max] = kid === undefined ? [all, maxCandidatesWithoutKid] : [byKid.get(kid) ?? [], maxCandidates]
      const [only] = named
      // As nearly always: one key has the name, and it fits.
      if (named.length === 1 && only?.fits(alg) === true && only.serves(issuer)) return named
      return named.filter((key) => key.fits(alg) && key.serves(issuer)).slice(0, max)
    },
    holds: (key) => all.includes(key),
  }
}
