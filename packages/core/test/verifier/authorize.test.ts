import { describe, expect, expectTypeOf, test } from 'vitest'
import { defineScopes } from '../../src/scopes/catalogue.js'
import { allOf, anyOf, type Policy } from '../../src/scopes/policy.js'
import { allows, authorize, recheck } from '../../src/verifier/access-token.js'
import type { AccessToken } from '../../src/verifier/token-types.js'
import type { ScopeOf, TokenOf, VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const jwks = { keys: [signer.jwk] }
const scopes = defineScopes(
  { 'accounts:read': 'Read', 'accounts:write': 'Write', 'parties:read': 'Read parties' },
  { implies: { 'accounts:write': ['accounts:read'] } },
)

function setUp(options: Partial<VerifierOptions> = {}) {
  const clock = clockAt()
  const base = { issuer, audience, jwks, clockTolerance: 0, now: clock }
  return { clock, verifier: createVerifier({ ...base, ...options }), typed: createVerifier({ ...base, scopes }) }
}

describe('scopes', () => {
  test('of a catalogue are expanded, unknown ones dropped', async () => {
    const { typed } = setUp()
    const token = await typed.verify(await signer.sign(claimsWith({ scope: 'accounts:write other' })))
    expect(token.scopes).toEqual(['accounts:write', 'accounts:read'])
    expectTypeOf(token.scopes).toEqualTypeOf<readonly ('accounts:read' | 'accounts:write' | 'parties:read')[]>()
    expectTypeOf<ScopeOf<typeof typed>>().toEqualTypeOf<'accounts:read' | 'accounts:write' | 'parties:read'>()
    expectTypeOf<TokenOf<typeof typed>['scopes']>().toEqualTypeOf<typeof token.scopes>()
    expectTypeOf(typed.verify).parameter(1).not.toEqualTypeOf<{ scopes: string } | undefined>()
  })

  test('without a catalogue are those of the token', async () => {
    const token = await setUp().verifier.verify(await signer.sign())
    expect(token.scopes).toEqual(['read', 'write'])
    expectTypeOf(token).toExtend<AccessToken>()
  })

  test.for<readonly [string, unknown]>([
    ['number', 7],
    ['object', { read: true }],
    ['true', true],
    ['D-scope-3 longer words', 'readwrite read:all xread'],
    ['D-scope-8 wildcards', '* read* r*'],
    ['another case', 'READ'],
    ['list with a blank inside', ['read write']],
    ['tabs and newlines', 'a\tread\nread'],
    ['D-scope-7 prototype names', '__proto__ constructor'],
  ])('D-scope-1 as %s do not grant read', async ([, scope]) => {
    const { verifier } = setUp()
    const refusal = await refusalOf(verifier.verify(await signer.sign(claimsWith({ scope })), { scopes: 'read' }))
    expect(refusal.code).toBe('insufficient_scope')
  })

  test('are the same however the token is sent', async () => {
    const { verifier } = setUp()
    const request = new Request(audience, { headers: { authorization: `Bearer ${await signer.sign()}` } })
    expect(await verdictOf(verifier.authenticate(request, { scopes: 'write' }))).toBe('accepted')
    expect(await verdictOf(verifier.authenticate(request, { scopes: 'admin' }))).toBe('insufficient_scope')
  })
})

describe('a 403', () => {
  test('names what is missing, the realm and the metadata', async () => {
    const { verifier } = setUp({ realm: 'accounts', resourceMetadata: 'https://api.example.test/.well-known/x' })
    const policy = allOf('read', 'admin', anyOf(allOf('x', 'y'), 'z'))
    const refusal = await refusalOf(verifier.verify(await signer.sign(), { scopes: policy }))
    expect(refusal.answer).toEqual({
      status: 403,
      headers: [
        ['content-type', 'application/json'],
        ['cache-control', 'no-store'],
        [
          'www-authenticate',
          'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="admin z", resource_metadata="https://api.example.test/.well-known/x"',
        ],
      ],
      body: '{"error":"insufficient_scope","error_description":"The access token lacks a required scope"}',
    })
  })
})

describe('authorize and allows', () => {
  test('decide about a token that was verified before', async () => {
    const { typed } = setUp()
    const token = await typed.verify(await signer.sign(claimsWith({ scope: 'accounts:read' })))
    expect(() => authorize(token, 'accounts:read')).not.toThrow()
    expect(() => typed.authorize(token, anyOf('accounts:write', 'accounts:read'))).not.toThrow()
    expect(allows(token, 'accounts:read')).toBe(true)
    expect(allows(token, 'accounts:write')).toBe(false)
    expect(() => authorize(token, 'accounts:write')).toThrow(
      expect.objectContaining({ code: 'insufficient_scope', status: 403 }),
    )
  })

  test('refuse a misspelt scope, to the compiler and at run time', async () => {
    const { typed } = setUp()
    const token = await typed.verify(await signer.sign())
    // @ts-expect-error: not in the catalogue
    expect(() => authorize(token, 'accounts:raed')).toThrow("scope 'accounts:raed' is not in the catalogue")
    // @ts-expect-error: not in the catalogue
    await expect(typed.verify('x', { scopes: 'accounts:raed' })).rejects.toThrow(TypeError)
    // @ts-expect-error: not in the catalogue
    expect(() => allows(token, allOf('accounts:read', 'nope'))).toThrow(TypeError)
    // @ts-expect-error: not in the catalogue
    expect(() => typed.authorize(token, { anyOf: ['accounts:read', { allOf: ['nope'] }] })).toThrow(TypeError)
    // @ts-expect-error: not in the catalogue
    await expect(typed.authenticate({ headers: {} }, { scopes: 'accounts:raed' })).rejects.toThrow(TypeError)
  })

  test('refuse a mapping onto a misspelt scope, to the compiler and where it is configured', () => {
    const at = { audience, scopes }
    // @ts-expect-error: not in the catalogue
    const map = () => createVerifier({ ...at, issuer, scopeMapping: { map: { admin: ['accounts:raed'] } } })
    expect(map).toThrow(/^scopeMapping\.map\.admin grants 'accounts:raed'/)
    // @ts-expect-error: not in the catalogue
    const always = () => createVerifier({ ...at, issuers: [{ issuer, scopeMapping: { always: ['nope'] } }] })
    expect(always).toThrow(/^scopeMapping\.always grants 'nope'/)
  })

  test('refuse a token that expired meanwhile', async () => {
    const { verifier, clock } = setUp()
    const token = await verifier.verify(await signer.sign())
    clock.advance(300)
    expect(allows(token, 'read')).toBe(false)
    const expired = expect.objectContaining({ code: 'invalid_token', status: 401 })
    expect(() => authorize(token, 'read')).toThrow(expired)
    expect(() => recheck(token)).toThrow(expired)
    expect(() => verifier.recheck(token)).toThrow(expired)
  })

  test('let a token pass that is still live, whatever it may do', async () => {
    const { verifier, clock } = setUp()
    const token = await verifier.verify(await signer.sign(claimsWith({ scope: undefined })))
    clock.advance(1)
    expect(() => recheck(token)).not.toThrow()
    expect(() => verifier.recheck(token)).not.toThrow()
  })

  test('say that they cannot tell when the clock fails', async () => {
    const clock = clockAt()
    let now: () => number = clock
    const { verifier } = setUp({ now: () => now() })
    const token = await verifier.verify(await signer.sign())
    now = () => {
      throw new Error('no time')
    }
    const unavailable = expect.objectContaining({ name: 'BearerError', code: 'temporarily_unavailable' })
    expect(() => authorize(token, 'read')).toThrow(unavailable)
    expect(() => verifier.authorize(token, 'read')).toThrow(unavailable)
    expect(() => allows(token, 'read')).toThrow(unavailable)
  })

  test('refuse a copy, an heir and what is no token', async () => {
    const { verifier } = setUp()
    const token = await verifier.verify(await signer.sign())
    const more = { ...token, scopes: ['admin'] }
    for (const other of [more, Object.create(token), structuredClone({ ...token }), {}, null, 'token', undefined]) {
      expect(() => authorize(other as AccessToken, 'admin')).toThrow(TypeError)
      expect(() => allows(other as AccessToken, 'admin')).toThrow(TypeError)
      expect(() => verifier.authorize(other as AccessToken, 'admin')).toThrow(TypeError)
      expect(() => recheck(other as AccessToken)).toThrow(TypeError)
      expect(() => verifier.recheck(other as AccessToken)).toThrow(TypeError)
    }
  })

  test('of a verifier refuse the token of another one', async () => {
    const token = await setUp().verifier.verify(await signer.sign())
    expect(() => setUp().verifier.authorize(token, 'read')).toThrow('another verifier')
    expect(() => setUp().verifier.recheck(token)).toThrow('another verifier')
    expect(() => authorize(token, 'read')).not.toThrow()
  })

  test.for<readonly [string, unknown]>([
    ['an empty list', []],
    ['an empty allOf', { allOf: [] }],
    ['an empty anyOf', { anyOf: [] }],
    ['an empty text', ''],
    ['null', null],
    ['both', { allOf: ['read'], anyOf: ['read'] }],
    ['two scopes in one text', 'read write'],
    ['an empty part', { allOf: ['read', { anyOf: [] }] }],
  ])('D-scope-7 refuse %s: it must never mean that everybody may', async ([, policy]) => {
    const { verifier } = setUp()
    const token = await verifier.verify(await signer.sign())
    expect(() => authorize(token, policy as Policy)).toThrow(TypeError)
    await expect(verifier.verify(await signer.sign(), { scopes: policy as Policy })).rejects.toThrow(TypeError)
  })
})
