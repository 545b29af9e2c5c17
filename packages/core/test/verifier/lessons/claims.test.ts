import { describe, expect, test } from 'vitest'
import type { VerifierOptions } from '../../../src/verifier/types.js'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from '../support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from '../support/tokens.js'

/** What others got wrong about headers and claims: each row is named after what was seen elsewhere. */

const key = await createSigner('ES256')
const ed = await createSigner('EdDSA', 'ed', { alg: undefined })

function verifierWith(options: Partial<VerifierOptions> = {}) {
  return createVerifier({ issuer, audience, jwks: { keys: [key.jwk, ed.jwk] }, now: clockAt(), ...options })
}

const verdict = async (claims: object, header: object = {}, options: Partial<VerifierOptions> = {}) =>
  verdictOf(verifierWith(options).verify(await key.sign(claimsWith({ ...claims }), { ...header })))

describe('alg: hono CVE-2026-22817, fast-jwt RS to HS four times', () => {
  test.for([['HS256'], ['none'], ['RS256', 'HS512'], ['ES256', 'none'], []])('%j is no allow-list', (algorithms) => {
    expect(() => verifierWith({ algorithms })).toThrow(/^algorithms/)
  })

  test('the type of the key is checked beside the list', async () => {
    expect(await verdict({}, {}, { algorithms: ['RS256', 'EdDSA'] })).toBe('invalid_token')
    expect(await verdict({}, {}, { algorithms: ['ES256'] })).toBe('accepted')
  })
})

describe('exp missing, dates as strings: accepted by jose, aws, hono, fast-jwt', () => {
  test.for<readonly [string, object]>([
    ['exp missing', { exp: undefined }],
    ['exp as text', { exp: `${epoch + 300}` }],
    ['exp as a date', { exp: '2099-01-01' }],
    ['nbf as text', { nbf: `${epoch}` }],
    ['iat as text', { iat: `${epoch}` }],
    ['exp null', { exp: null }],
    ['exp true', { exp: true }],
  ])('%s is refused', async ([, claims]) => {
    expect(await verdict(claims)).toBe('invalid_token')
  })
})

test('aud: hono CVE-2025-62610 never checked it; ours is mandatory, in options and token', async () => {
  expect(() => verifierWith({ audience: undefined })).toThrow(/^audience/)
  expect(await verdict({ aud: undefined })).toBe('invalid_token')
  expect(await verdict({ aud: `${audience}x` })).toBe('invalid_token')
})

describe('at+jwt: hono refuses it by default', () => {
  test.for(['at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'jwt', undefined])('%s is accepted', async (typ) => {
    expect(await verdict({}, { typ })).toBe('accepted')
  })

  test.for(['JWT', undefined, 'application/jwt'])('%s is refused where at+jwt is required', async (typ) => {
    expect(await verdict({}, { typ }, { typ: ['at+jwt'] })).toBe('invalid_token')
  })

  test.for(['id_token+jwt', 'logout+jwt', 'dpop+jwt', 'token-introspection+jwt', 'secevent+jwt', 'kb+jwt', 'JOSE', ''])(
    '%s is never accepted',
    async (typ) => {
      expect(await verdict({}, { typ })).toBe('invalid_token')
    },
  )
})

test('clock 2 s ahead: hono answers 401; ours differ by 30 s, either way', async () => {
  expect(await verdict({ iat: epoch + 2, nbf: epoch + 2 })).toBe('accepted')
  expect(await verdict({ iat: epoch + 30, nbf: epoch + 30 })).toBe('accepted')
  expect(await verdict({ iat: epoch + 31 })).toBe('invalid_token')
  expect(await verdict({ iat: epoch - 60, exp: epoch - 29 })).toBe('accepted')
  expect(await verdict({ iat: epoch - 60, exp: epoch - 30 })).toBe('invalid_token')
})

test.for([
  ['EdDSA', 'EdDSA'],
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'EdDSA'],
  ['Ed25519', 'Ed25519'],
] as const)(
  'Ed25519 and EdDSA: no aliases in jose; ours are, %s allowed and a key for %s',
  async ([allowed, named]) => {
    const jwks = { keys: [{ ...ed.jwk, alg: named }] }
    const verifier = verifierWith({ jwks, algorithms: [allowed] })
    expect(await verdictOf(verifier.verify(await ed.sign()))).toBe('accepted')
  },
)

test('a token of another kind is refused by what it says of itself, where its typ does not tell', async () => {
  for (const claims of [{ at_hash: 'x' }, { events: {} }, { htu: 'x' }, { token_use: 'id' }, { typ: 'Refresh' }]) {
    expect(await verdict(claims)).toBe('invalid_token')
  }
})

test('a token of 16 KiB is read, a longer one is refused before anything is decoded', async () => {
  const bare = await key.sign(claimsWith())
  const fill = (length: number) =>
    key.sign(claimsWith({ fill: 'x'.repeat(Math.floor(((length - bare.length) * 3) / 4) - 12) }))
  const longest = await fill(16 * 1024)
  expect(longest.length).toBeGreaterThan(16_300)
  expect(longest.length).toBeLessThanOrEqual(16_384)
  expect(await verdictOf(verifierWith().verify(longest))).toBe('accepted')
  const { reason } = await refusalOf(verifierWith().verify(await fill(16 * 1024 + 40)))
  expect(reason).toContain('longer than 16384')
})
