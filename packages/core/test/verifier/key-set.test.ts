import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readKeySet } from '../../src/verifier/key-set.js'
import { createSigner } from './support/tokens.js'

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 7517 })

const signers = await Promise.all(['ES256', 'ES256', 'EdDSA', 'RS256', 'RS256'].map((alg) => createSigner(alg)))
const issuers = ['https://as.example.com/a', 'https://as.example.com/b/c'] as const

const jwk = fc
  .record({
    material: fc.constantFrom(...signers.map(({ jwk: { kid: _, alg: __, ...material } }) => material)),
    kid: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    alg: fc.option(fc.constantFrom('ES256', 'RS256', 'PS256', 'Ed25519'), { nil: undefined }),
    issuer: fc.option(fc.constantFrom(issuers[0], 'https://as.example.com/{tenantid}'), { nil: undefined }),
  })
  .map(({ material, ...limits }) => ({ ...material, ...limits }))

const query = fc.record({
  alg: fc.constantFrom('ES256', 'RS256', 'PS256', 'EdDSA'),
  kid: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  issuer: fc.constantFrom(...issuers),
})

describe('a set of keys', () => {
  test('finds those of the kid that fit and serve, in their order: four, or eight where no kid is named', () => {
    const found = new Set<number | undefined>()
    fc.assert(
      fc.property(fc.array(jwk, { maxLength: 60, size: 'max' }), query, (keys, { alg, kid, issuer }) => {
        const set = readKeySet(keys)
        const candidates = set?.candidates({ alg, kid }, issuer)
        const all = set?.keys.filter((key) => (kid ?? key.kid) === key.kid && key.fits(alg) && key.serves(issuer))
        expect(candidates).toEqual(all?.slice(0, kid === undefined ? 8 : 4))
        found.add(candidates?.length)
      }),
      { numRuns: 2000 },
    )
    expect(found).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]))
  })

  test('holds a key once, and keeps it for as long as it is published', () => {
    fc.assert(
      fc.property(fc.array(jwk, { maxLength: 10 }), fc.array(jwk, { maxLength: 10 }), (before, after) => {
        const old = readKeySet(before)
        const set = readKeySet([...before, ...after, ...before], old)
        expect(new Set(set?.keys.map(({ published }) => JSON.stringify(published))).size).toBe(set?.keys.length)
        for (const key of old?.keys ?? []) expect([set?.holds(key), readKeySet([])?.holds(key)]).toEqual([true, false])
      }),
      { numRuns: 300 },
    )
  })
})
