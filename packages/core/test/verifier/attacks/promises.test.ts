import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { verdictOf } from '../support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from '../support/tokens.js'

const good = await createSigner('ES256', 'a')
const forger = await createSigner('ES256', 'a')

/** Does something where the promises of `async` functions are no instances of the global class, as zone.js leaves it. */
async function amongStrangers<T>(work: () => Promise<T>): Promise<T> {
  const native = globalThis.Promise
  globalThis.Promise = class extends native<unknown> {} as PromiseConstructor
  try {
    return await work()
  } finally {
    globalThis.Promise = native
  }
}

const isKnown = [true, false]

describe('where the global Promise is another one', () => {
  test.for(isKnown)('a forged signature is none, to a verifier that had a token before: %s', async (hadOne) => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [good.jwk] }, now: clockAt() })
    if (hadOne) await verifier.verify(await good.sign())
    const forged = await Promise.all(Array.from({ length: 20 }, (_, i) => forger.sign(claimsWith({ jti: `${i}` }))))
    const genuine = await good.sign(claimsWith({ jti: 'genuine' }))
    const verdicts = await amongStrangers(async () => {
      const seen = new Set<string>()
      for (const token of forged) seen.add(await verdictOf(verifier.verify(token)))
      return [...seen, await verdictOf(verifier.verify(genuine)), await verdictOf(verifier.verify(genuine))]
    })
    expect(verdicts).toEqual(['invalid_token', 'accepted', 'accepted'])
  })
})
