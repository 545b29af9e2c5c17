import { createVerifier } from '@auth/core'
import { type Contender, oneByOne } from '../harness/contender.js'
import type { Key } from '../tokens/key.js'
import { audience, createTokens, fresh } from '../tokens/token.js'

/** A verifier that trusts so many issuers, and tokens used once of all of them in turn. */
export async function manyIssuers(
  key: Key,
  count: number,
  { slices, operations }: { readonly slices: number; readonly operations: number },
): Promise<Contender> {
  // No two of them are next to each other in any order of names.
  const issuerOf = (n: number): string => `https://as-${((n * 7919) % count).toString(36)}.example.com/`
  const issuers = Array.from({ length: count }, (_, n) => ({
    issuer: issuerOf(n),
    audience,
    algorithms: [key.algorithm],
    jwks: { keys: [{ ...key.jwk }] },
  }))
  const verifier = createVerifier({ issuers })
  // Every key is prepared at its first use, which is not what is measured.
  for (const token of createTokens(key, count, { issuerOf })) await verifier.verify(fresh(token))
  const tokens = createTokens(key, slices * operations, { issuerOf })
  return {
    name: count === 1 ? '1 issuer' : `${count.toLocaleString('en')} issuers`,
    slice: (round) => {
      const strings = tokens.slice(round * operations, (round + 1) * operations).map(fresh)
      return oneByOne(strings, (token) => verifier.verify(token))
    },
  }
}
