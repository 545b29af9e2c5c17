import { describe, expect, test } from 'vitest'
import { introspect } from '../../../src/verifier/introspect.js'
import type { VerifierOptions } from '../../../src/verifier/types.js'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { type Handler, json, startServer } from '../support/http.js'
import { refusalOf, verdictOf } from '../support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from '../support/tokens.js'

/** What others got wrong about answers that are kept, and about scopes: each row is named after what was seen elsewhere. */

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const active = { active: true, aud: audience, sub: 'u', exp: epoch + 3600, scope: 'read' }

function jwtVerifier(options: Partial<VerifierOptions> = {}) {
  const clock = clockAt()
  const remembered: boolean[] = []
  const verifier = createVerifier({
    issuer,
    audience,
    jwks: { keys: [a.jwk, b.jwk] },
    clockTolerance: 0,
    now: clock,
    onEvent: (event) => {
      if (event.type === 'token_accepted') remembered.push(event.remembered)
    },
    ...options,
  })
  return { verifier, clock, remembered }
}

describe('verified-token cache: fast-jwt hit a looser route, outlived its key, served another on a collision', () => {
  test('bound to its verifier: a stricter one sees nothing of what a looser one accepted', async () => {
    const [loose, strict] = [jwtVerifier(), jwtVerifier({ typ: ['JWT'] })]
    const token = await a.sign()
    expect(await verdictOf(loose.verifier.verify(token))).toBe('accepted')
    expect(await verdictOf(strict.verifier.verify(token))).toBe('invalid_token')
  })

  test('bound to its request: a hit is asked for the scopes of its own route', async () => {
    const { verifier, remembered } = jwtVerifier()
    const token = await a.sign()
    await verifier.verify(token)
    expect(await refusalOf(verifier.verify(token, { scopes: 'admin' }))).toMatchObject({ status: 403 })
    await verifier.verify(token, { scopes: 'write' })
    expect(remembered).toEqual([false, true])
  })

  test('G-4 found by no claim and no kid: tokens that share jti, sub and kid stay apart', async () => {
    const { verifier } = jwtVerifier()
    const same = { jti: '1', sub: 'same' }
    const [reader, writer] = [await a.sign(claimsWith({ ...same, scope: 'read' })), await a.sign(claimsWith(same))]
    for (const [token, scopes] of [
      [reader, ['read']],
      [writer, ['read', 'write']],
      [reader, ['read']],
    ] as const) {
      expect((await verifier.verify(token)).scopes).toEqual(scopes)
    }
  })

  test('compared in full: another token with the end of a remembered one is verified, and refused', async () => {
    const { verifier } = jwtVerifier()
    const token = await a.sign()
    await verifier.verify(token)
    const forged = (await b.sign(claimsWith({ sub: 'admin' }))).slice(0, -20) + token.slice(-20)
    expect(await verdictOf(verifier.verify(forged))).toBe('invalid_token')
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
  })

  test('G-19 bound to its key: the same kid for another algorithm is another key', async () => {
    const rsa = await createSigner('RS256', 'k')
    const pss = await createSigner('PS256', 'k')
    await using server = await startServer(json({ keys: [rsa.jwk] }))
    const { verifier, clock } = jwtVerifier({ jwks: server.origin })
    const long = claimsWith({ exp: epoch + 86_400 })
    const token = await rsa.sign(long)
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
    server.answer(json({ keys: [pss.jwk] }))
    clock.advance(600)
    expect(await verdictOf(verifier.verify(await pss.sign(long)))).toBe('accepted')
    expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
  })

  test('never past exp, whichever way the clock goes', async () => {
    const { verifier, clock } = jwtVerifier()
    const token = await a.sign()
    await verifier.verify(token)
    clock.advance(300)
    expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
    clock.advance(-3900)
    expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
    clock.advance(3600)
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
  })
})

describe('introspection: nobody caches it, or a hit without a second look at exp (firecrawl PR#3973)', () => {
  async function setUp(handler: Handler) {
    const server = await startServer(handler)
    const clock = clockAt()
    const introspection = introspect({ endpoint: server.origin, clientId: 'api', clientSecret: 'secret' })
    const verifier = createVerifier({ issuer, audience, introspection, clockTolerance: 0, now: clock })
    return { server, clock, verifier, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  }

  test('positive answers are kept, exp is looked at each time', async () => {
    await using t = await setUp(json({ ...active, exp: epoch + 30 }))
    for (let i = 0; i < 10; i++) expect(await verdictOf(t.verifier.verify('token'))).toBe('accepted')
    t.clock.advance(30)
    expect(await verdictOf(t.verifier.verify('token'))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(1)
  })

  test('negative answers are kept, shorter', async () => {
    await using t = await setUp(json({ active: false }))
    for (let i = 0; i < 10; i++) expect(await verdictOf(t.verifier.verify('token'))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(1)
    t.server.answer(json(active))
    t.clock.advance(10)
    expect(await verdictOf(t.verifier.verify('token'))).toBe('accepted')
  })

  test('one question at a time for one token', async () => {
    await using t = await setUp(json(active))
    const release = t.server.hold()
    const all = Array.from({ length: 50 }, () => verdictOf(t.verifier.verify('token')))
    await t.server.arrived(1)
    release()
    expect(new Set(await Promise.all(all))).toEqual(new Set(['accepted']))
    expect(t.server.paths).toHaveLength(1)
  })

  test('oauth4webapi leaves exp, nbf, iss, aud and cnf unchecked; here each is', async () => {
    const bad = [{ exp: epoch }, { nbf: epoch + 1 }, { iss: 'https://x.test' }, { aud: 'x' }, { cnf: { jkt: 'x' } }]
    for (const over of bad) {
      await using t = await setUp(json({ ...active, ...over }))
      expect(await verdictOf(t.verifier.verify('token'))).toBe('invalid_token')
    }
  })

  test('G-18, E-i_401 a refusal of our own credentials is no answer about the token, and not kept as one', async () => {
    await using t = await setUp((_, response) => response.writeHead(401).end())
    expect(await refusalOf(t.verifier.verify('token'))).toMatchObject({ status: 503 })
    t.server.answer(json(active))
    t.clock.advance(1)
    expect(await verdictOf(t.verifier.verify('token'))).toBe('accepted')
  })

  test('G-20 an answer that ends in fifty thousand years is believed no longer than others', async () => {
    await using t = await setUp(json({ ...active, exp: epoch * 1000 }))
    await t.verifier.verify('token')
    t.server.answer(json({ active: false }))
    t.clock.advance(60)
    expect(await verdictOf(t.verifier.verify('token'))).toBe('invalid_token')
  })

  test('G-29 a clock that is set back makes no answer serve for longer', async () => {
    await using t = await setUp(json(active))
    await t.verifier.verify('token')
    t.clock.advance(-3600)
    await verdictOf(t.verifier.verify('token'))
    expect(t.server.paths).toHaveLength(2)
  })

  test('E-i_othertok an answer is kept for the token it was asked for, whatever it says it is about', async () => {
    await using t = await setUp(json({ ...active, jti: 'another', token: 'another', sub: 'admin' }))
    await t.verifier.verify('token')
    t.server.answer(json({ active: false }))
    expect(await verdictOf(t.verifier.verify('another'))).toBe('invalid_token')
  })
})

describe('scope as array, scp: express-oauth2-jwt-bearer answers 403, Okta matches substrings', () => {
  const from = [
    'scope',
    'scp',
    'scopes',
    'permissions',
    'roles',
    '/realm_access/roles',
    '/resource_access/accounts/roles',
  ] as const

  test.for<readonly [string, object]>([
    ['scope as text', { scope: 'x read' }],
    ['scope as array', { scope: ['x', 'read'] }],
    ['scp as text (Entra)', { scp: 'x read' }],
    ['scp as array (Okta)', { scp: ['x', 'read'] }],
    ['scopes (Passport)', { scopes: ['read'] }],
    ['permissions (Auth0)', { permissions: ['read'] }],
    ['roles (Entra, for applications)', { roles: ['read'] }],
    ['realm_access.roles (Keycloak)', { realm_access: { roles: ['x', 'read'] } }],
    ['resource_access.accounts.roles (Keycloak)', { resource_access: { accounts: { roles: ['read'] } } }],
  ])('%s', async ([, claims]) => {
    const { verifier } = jwtVerifier({ scopeMapping: { from } })
    const token = await a.sign(claimsWith({ scope: undefined, ...claims }))
    expect(await verdictOf(verifier.verify(token, { scopes: 'read' }))).toBe('accepted')
    expect(await verdictOf(verifier.verify(token, { scopes: 'rea' }))).toBe('insufficient_scope')
  })

  test.for<readonly [string, object]>([
    ['a longer name', { scope: 'read:all readwrite unread' }],
    ['another case', { scope: 'READ' }],
    ['a wildcard that nobody allowed', { scope: '* read* r.*' }],
    ['a list in a text', { scope: 'x,read' }],
    ['two in one element', { scope: ['x read'] }],
    ['an object', { scope: { read: true } }],
    ['a name on the prototype', JSON.parse('{"__proto__":{"scope":"read"},"scope":"x"}')],
    ["another client's roles", { resource_access: { other: { roles: ['read'] } } }],
    ['a dotted name', { 'realm_access.roles': ['read'] }],
  ])('is no match: %s', async ([, claims]) => {
    const { verifier } = jwtVerifier({ scopeMapping: { from } })
    const token = await a.sign(claimsWith({ scope: undefined, ...claims }))
    const refusal = await refusalOf(verifier.verify(token, { scopes: 'read' }))
    expect(refusal).toMatchObject({ code: 'insufficient_scope', status: 403 })
    expect(refusal.challenges[0]?.params.scope).toBe('read')
  })
})
