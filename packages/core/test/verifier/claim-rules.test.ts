import { describe, expect, test } from 'vitest'
import { recheck } from '../../src/verifier/access-token.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const key = await createSigner('ES256')
const jwks = { keys: [key.jwk] }

function verifierWith(options: Partial<VerifierOptions>) {
  return createVerifier({ issuer, audience, jwks, clockTolerance: 0, now: clockAt(), ...options })
}

const verdict = async (options: Partial<VerifierOptions>, claims: object) =>
  verdictOf(verifierWith(options).verify(await key.sign(claimsWith({ ...claims }))))

describe('requiredClaims', () => {
  test.for<readonly [string, readonly string[], object, string]>([
    ['that are there', ['sub', 'scope'], {}, 'accepted'],
    ['an empty text is there', ['org'], { org: '' }, 'accepted'],
    ['false is there', ['org'], { org: false }, 'accepted'],
    ['missing', ['org'], {}, 'invalid_token'],
    ['null', ['org'], { org: null }, 'invalid_token'],
    ['one of two missing', ['sub', 'org'], {}, 'invalid_token'],
    ['of a prototype', ['toString'], {}, 'invalid_token'],
    ['none asked for', [], {}, 'accepted'],
  ])('%s', async ([, requiredClaims, claims, expected]) => {
    expect(await verdict({ requiredClaims }, claims)).toBe(expected)
  })
})

describe('require', () => {
  test.for<readonly [string, VerifierOptions['require'], object, string]>([
    ['a value', [{ path: 'token_use', equals: 'access' }], { token_use: 'access' }, 'accepted'],
    ['another value', [{ path: 'token_use', equals: 'access' }], { token_use: 'other' }, 'invalid_token'],
    ['a missing value', [{ path: 'token_use', equals: 'access' }], {}, 'invalid_token'],
    [
      'a list that holds it is not it',
      [{ path: 'token_use', equals: 'access' }],
      { token_use: ['access'] },
      'invalid_token',
    ],
    ['one of several', [{ path: 'tier', equals: [1, 2] }], { tier: 2 }, 'accepted'],
    ['a number is no text', [{ path: 'tier', equals: '2' }], { tier: 2 }, 'invalid_token'],
    ['absence', [{ path: 'act', exists: false }], { act: {} }, 'invalid_token'],
    ['a path', [{ path: '/org/id', equals: 'x' }], { org: { id: 'x' } }, 'accepted'],
    ['two, of which one fails', [{ path: 'sub' }, { path: 'tid' }], {}, 'invalid_token'],
  ])('%s', async ([, require, claims, expected]) => {
    expect(await verdict({ require }, claims)).toBe(expected)
  })
})

describe('maxTokenAge', () => {
  test.for<readonly [string, object, string]>([
    ['young enough', { iat: epoch - 59 }, 'accepted'],
    ['just too old', { iat: epoch - 60 }, 'invalid_token'],
    ['D-time-3 no iat', { iat: undefined }, 'invalid_token'],
    ['from the future', { iat: epoch + 1 }, 'invalid_token'],
    ['D-exp-8 exp in milliseconds', { iat: epoch - 61, exp: epoch * 1000 }, 'invalid_token'],
    ['expired all the same', { iat: epoch - 1, exp: epoch - 1 }, 'invalid_token'],
    ['iat of a wrong type', { iat: `${epoch}` }, 'invalid_token'],
  ])('%s', async ([, claims, expected]) => {
    expect(await verdict({ maxTokenAge: 60 }, claims)).toBe(expected)
  })

  test('ends a token that is remembered, or rechecked, and expiresAt says when', async () => {
    const now = clockAt()
    const verifier = verifierWith({ maxTokenAge: 60, now })
    const text = await key.sign(claimsWith({ iat: epoch }))
    const token = await verifier.verify(text)
    expect([token.expiresAt, token.claims.exp]).toEqual([epoch + 60, epoch + 300])
    now.advance(59)
    expect(await verdictOf(verifier.verify(text))).toBe('accepted')
    now.advance(1)
    expect(await verdictOf(verifier.verify(text))).toBe('invalid_token')
    expect(() => recheck(token)).toThrow()
  })

  test('clocks may differ by the tolerance', async () => {
    const options = { maxTokenAge: 60, clockTolerance: 5 }
    expect(await verdict(options, { iat: epoch - 64 })).toBe('accepted')
    expect(await verdict(options, { iat: epoch - 65 })).toBe('invalid_token')
  })
})

describe('an issuer', () => {
  const one = { issuer, jwks }
  const other = { issuer: 'https://other.example.test', jwks }
  const from = (verifier: ReturnType<typeof verifierWith>, claims: object, header: object = {}) =>
    key.sign(claimsWith({ ...claims }), { ...header }).then((token) => verdictOf(verifier.verify(token)))

  test.for<readonly [string, object, object, object]>([
    ['audience', { audience: 'https://two.example.test' }, { aud: 'https://two.example.test' }, {}],
    ['typ', { typ: ['JWT'] }, {}, { typ: 'JWT' }],
    ['algorithms', { algorithms: ['ES256'] }, {}, {}],
    ['requiredClaims', { requiredClaims: ['org'] }, { org: 1 }, {}],
    ['require', { require: [{ path: 'token_use', equals: 'access' }] }, { token_use: 'access' }, {}],
  ])('has its own %s', async ([name, options, claims, header]) => {
    const verifier = verifierWith({ issuer: undefined, jwks: undefined, issuers: [one, { ...other, ...options }] })
    expect(await from(verifier, { ...claims, iss: other.issuer }, header)).toBe('accepted')
    const plain = await from(verifier, { iss: other.issuer })
    expect(plain).toBe(name === 'algorithms' ? 'accepted' : 'invalid_token')
    expect(await from(verifier, {})).toBe('accepted')
  })

  test('may allow fewer algorithms', async () => {
    const issuers = [one, { ...other, algorithms: ['RS256'] }]
    const verifier = verifierWith({ issuer: undefined, jwks: undefined, issuers })
    expect(await from(verifier, { iss: other.issuer })).toBe('invalid_token')
    expect(await from(verifier, {})).toBe('accepted')
  })

  test('adds to what the verifier requires, and has its own age', async () => {
    const issuers = [one, { ...other, requiredClaims: ['org'], maxTokenAge: 10 }]
    const verifier = verifierWith({
      issuer: undefined,
      jwks: undefined,
      issuers,
      requiredClaims: ['sub'],
      maxTokenAge: 60,
    })
    expect(await from(verifier, { iss: other.issuer, org: 1 })).toBe('accepted')
    expect(await from(verifier, { iss: other.issuer, org: 1, sub: undefined })).toBe('invalid_token')
    expect(await from(verifier, { iss: other.issuer, org: 1, iat: epoch - 11 })).toBe('invalid_token')
    expect(await from(verifier, { iat: epoch - 11 })).toBe('accepted')
  })
})

describe('createVerifier refuses at once', () => {
  test.for<readonly [string, object, RegExp]>([
    ['claims as text', { requiredClaims: 'sub' }, /^requiredClaims/],
    ['an empty name', { requiredClaims: [''] }, /^requiredClaims/],
    ['a test that is none', { require: { path: 'x' } }, /^require is a list/],
    ['a test without a path', { require: [{ equals: 'x' }] }, /^require\[0\] is no test/],
    ['a test with no path in its list', { require: [{ path: [] }] }, /^require\[0\] is no test/],
    ['a test for none of several', { require: [{ path: 'x', equals: [] }] }, /^require\[0\] is no test/],
    ['a test for nothing', { require: [{ path: 'x', equals: null }] }, /^require\[0\] is no test/],
    ['a test for no number', { require: [{ path: 'x', equals: Number.NaN }] }, /^require\[0\] is no test/],
    ['a test whether it may exist', { require: [{ path: 'x', exists: 'no' }] }, /^require\[0\] is no test/],
    ['a misspelt test', { require: [{ path: 'x', equal: 'x' }] }, /^require\[0\] has no option 'equal'; it has path, /],
    ['no age', { maxTokenAge: 0 }, /^maxTokenAge/],
    ['an endless age', { maxTokenAge: Number.POSITIVE_INFINITY }, /^maxTokenAge/],
    ['an age as text', { maxTokenAge: '60' }, /^maxTokenAge/],
  ])('%s', ([, options, message]) => {
    expect(() => verifierWith(options)).toThrow(message)
  })
})
