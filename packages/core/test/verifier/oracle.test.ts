import { importJWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../src/verifier/verifier.js'
import { verdictOf } from './support/refused.js'
import { audience, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

/** Enough to meet every kind of change in every segment, few enough for every run. */
const mutations = 2000

/** Numerical Recipes' generator: the same mutations in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.='

function mutate(token: string, random: (below: number) => number): string {
  const at = random(token.length)
  const char = alphabet[random(alphabet.length)] ?? ''
  const [header = '', payload = '', signature = ''] = token.split('.')
  const changes = [
    () => token.slice(0, at) + char + token.slice(at + 1),
    () => token.slice(0, at) + char + token.slice(at),
    () => token.slice(0, at) + token.slice(at + 1),
    () => token.slice(0, at),
    () => `${header}.${header}.${signature}`,
    () => `${payload}.${header}.${signature}`,
    () => `${header}.${payload}.${signature.slice(random(signature.length))}`,
    () => [header, payload, [...signature].reverse().join('')].join('.'),
    () => token,
  ]
  return (changes[random(changes.length)] ?? (() => token))()
}

describe.for(['RS256', 'ES256', 'PS256', 'EdDSA'])('%s', (alg) => {
  test('every mutated token has the verdict of jose, or is refused more strictly', async () => {
    const signer = await createSigner(alg)
    const key = await importJWK(signer.jwk, alg)
    const verifier = createVerifier({
      issuer,
      audience,
      algorithms: [alg],
      jwks: { keys: [signer.jwk] },
      clockTolerance: 0,
      verifiedTokenCache: false,
      now: clockAt(),
    })
    const options = { issuer, audience, algorithms: [alg], currentDate: new Date(epoch * 1000) }
    const good = await signer.sign()
    const random = generator(20_261_121)
    let accepted = 0
    for (let i = 0; i < mutations / 4; i++) {
      const token = mutate(good, random)
      const ours = await verdictOf(verifier.verify(token))
      const theirs = await jwtVerify(token, key, options).then(
        () => 'accepted',
        () => 'invalid_token',
      )
      if (ours === 'accepted') accepted += 1
      // Stray bits in the last character of a segment spell the same bytes: jose takes them, we take one spelling only.
      if (ours !== theirs) expect([ours, theirs, sameBytes(token, good)]).toEqual(['invalid_token', 'accepted', true])
    }
    expect(accepted).toBeGreaterThan(mutations / 100)
    expect(accepted).toBeLessThan(mutations / 4)
  })
})

function sameBytes(one: string, other: string): boolean {
  const bytes = (token: string) => token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'))
  return bytes(one).join('.') === bytes(other).join('.')
}
