import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { denylist } from '../../src/verifier/denylist.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer } from './support/http.js'
import { verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const token = await a.sign()

function setUp(options: Partial<VerifierOptions> = {}) {
  const clock = clockAt()
  const remembered: boolean[] = []
  const onEvent = (event: VerifierEvent) => {
    if (event.type === 'token_accepted') remembered.push(event.remembered)
  }
  const keys = { keys: [a.jwk, b.jwk] }
  const verifier = createVerifier({ issuer, audience, jwks: keys, clockTolerance: 0, now: clock, onEvent, ...options })
  return { verifier, clock, remembered }
}

describe('the memory of accepted tokens', () => {
  test('answers with the same, unchangeable token', async () => {
    const { verifier, remembered } = setUp()
    const first = await verifier.verify(token)
    expect(await verifier.verify(token)).toBe(first)
    expect(remembered).toEqual([false, true])
    for (const part of [first, first.scopes, first.claims]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('freezes what lies deep inside the claims', async () => {
    const { verifier } = setUp()
    const { claims } = await verifier.verify(await a.sign(claimsWith({ realm: { roles: ['reader'] } })))
    const realm = claims.realm as { roles: string[] }
    expect(() => realm.roles.push('admin')).toThrow(TypeError)
  })

  test('never serves beyond exp', async () => {
    const { verifier, clock } = setUp()
    await verifier.verify(token)
    clock.advance(299.999)
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
    clock.advance(0.001)
    expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
  })

  test('D-time-1 holds nbf and iat against a clock that was set back', async () => {
    const { verifier, clock } = setUp()
    const early = await a.sign(claimsWith({ iat: undefined, nbf: epoch }))
    await Promise.all([verifier.verify(token), verifier.verify(early)])
    clock.advance(-10)
    expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
    expect(await verdictOf(verifier.verify(early))).toBe('invalid_token')
    clock.advance(10)
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
  })

  test('G-6 holds no refusal: a token is accepted once its nbf has come', async () => {
    const { verifier, clock } = setUp()
    const early = await a.sign(claimsWith({ nbf: epoch + 5 }))
    expect(await verdictOf(verifier.verify(early))).toBe('invalid_token')
    clock.advance(5)
    expect(await verdictOf(verifier.verify(early))).toBe('accepted')
  })

  test('asks the policy every time', async () => {
    const { verifier } = setUp()
    await verifier.verify(token, { scopes: 'read' })
    expect(await verdictOf(verifier.verify(token, { scopes: 'admin' }))).toBe('insufficient_scope')
  })

  test('compares the whole text of the token', async () => {
    const { verifier } = setUp()
    await verifier.verify(token)
    for (let i = 0; i < token.length; i += 7) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`
      expect(await verdictOf(verifier.verify(changed))).toBe('invalid_token')
    }
  })

  test('G-1 is not shared by verifiers', async () => {
    await setUp().verifier.verify(token)
    expect(await verdictOf(setUp({ audience: 'another' }).verifier.verify(token))).toBe('invalid_token')
  })

  test.for(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('G-9 %s is a miss', async (text) => {
    const { verifier } = setUp()
    await verifier.verify(token)
    expect(await verdictOf(verifier.verify(text))).toBe('invalid_token')
  })

  test('G-10 is bounded: the one not used for longest makes room', async () => {
    const { verifier, remembered } = setUp({ verifiedTokenCache: { maxEntries: 2 } })
    const [x, y, z] = [await a.sign(claimsWith({ jti: 'x' })), await a.sign(claimsWith({ jti: 'y' })), await b.sign()]
    for (const each of [x, y, x, z, x, y]) await verifier.verify(each)
    expect(remembered).toEqual([false, false, true, false, true, false])
  })

  test('G-11 is bounded in bytes, and holds nothing that alone is more', async () => {
    const { verifier, remembered } = setUp({ verifiedTokenCache: { maxBytes: 20_000 } })
    const long = (jti: string) => a.sign(claimsWith({ jti, fill: 'x'.repeat(1500) }))
    const [x, y, tooLong] = [await long('x'), await long('y'), await a.sign(claimsWith({ fill: 'x'.repeat(5000) }))]
    for (const each of [x, x, y, x, tooLong, tooLong]) await verifier.verify(each)
    expect(remembered).toEqual([false, true, false, false, false, false])
  })

  test('is told of once, and only when everything held', async () => {
    const types: string[] = []
    const { verifier } = setUp({ onEvent: ({ type }) => types.push(type) })
    await verdictOf(verifier.verify(token, { scopes: 'admin' }))
    await verdictOf(verifier.verify(token, { scopes: 'admin' }))
    expect(types).toEqual(['token_refused', 'token_refused'])
  })

  test('waits for nothing: the answer is there one turn of the microtask queue later', async () => {
    const { verifier } = setUp()
    await verifier.verify(token)
    let settled = false
    void verifier.authenticate({ headers: { authorization: `Bearer ${token}` } }, { scopes: 'read' }).then(() => {
      settled = true
    })
    await undefined
    expect(settled).toBe(true)
  })

  test('can be switched off', async () => {
    const { verifier, remembered } = setUp({ verifiedTokenCache: false })
    await verifier.verify(token)
    await verifier.verify(token)
    expect(remembered).toEqual([false, false])
  })
})

describe('a verifier with a memory', () => {
  const tokens = [
    a.sign(),
    a.sign(claimsWith({ jti: 'one', scope: 'read', exp: epoch + 100 })),
    a.sign(claimsWith({ jti: 'two', iat: undefined, nbf: epoch + 50 })),
    b.sign(claimsWith({ sid: 'session', iat: epoch - 200, exp: epoch + 1000 })),
    b.sign(claimsWith({ jti: 'one', aud: 'another' })),
  ]
  const step = fc.oneof(
    fc.record({ act: fc.constant('wait' as const), seconds: fc.integer({ min: -150, max: 150 }) }),
    fc.record({ act: fc.constant('revoke' as const), id: fc.constantFrom('one', 'two', 'session', undefined) }),
    fc.record({
      act: fc.constant('verify' as const),
      token: fc.nat(tokens.length - 1),
      scopes: fc.constantFrom('read', 'write', 'admin', undefined),
    }),
  )

  test('gives the verdict of one without, whatever happens between two requests', async () => {
    const texts = await Promise.all(tokens)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const clock = clockAt()
        let revoked: string | undefined
        const options = {
          issuer,
          audience,
          jwks: { keys: [a.jwk, b.jwk] },
          clockTolerance: 5,
          maxTokenAge: 400,
          now: clock,
          revocation: denylist(({ jti, sid }) => revoked !== undefined && (jti === revoked || sid === revoked)),
        }
        const [forgetful, remembering] = [
          createVerifier({ ...options, verifiedTokenCache: false }),
          createVerifier({ ...options, verifiedTokenCache: { maxEntries: 3 } }),
        ]
        for (const each of steps) {
          if (each.act === 'wait') clock.advance(each.seconds)
          else if (each.act === 'revoke') revoked = each.id
          else {
            const { scopes } = each
            const text = texts[each.token] ?? ''
            const expected = await verdictOf(forgetful.verify(text, { scopes }))
            expect(await verdictOf(remembering.verify(text, { scopes }))).toBe(expected)
          }
        }
      }),
      { seed: 81, numRuns: 60 },
    )
  })
})

describe('a remembered token whose key', () => {
  const long = claimsWith({ exp: epoch + 86_400 })

  test('left the set is refused once the newer set is there', async () => {
    await using server = await startServer(json({ keys: [a.jwk, b.jwk] }))
    const { verifier, clock } = setUp({ jwks: server.origin })
    const [byA, byB] = [await a.sign(long), await b.sign(long)]
    await Promise.all([verifier.verify(byA), verifier.verify(byB)])
    server.answer(json({ keys: [b.jwk] }))
    clock.advance(600)
    expect(await verdictOf(verifier.verify(byB))).toBe('accepted')
    expect(await verdictOf(verifier.verify(byA))).toBe('invalid_token')
  })

  test('stays published is remembered across sets', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const { verifier, clock, remembered } = setUp({ jwks: server.origin })
    const byA = await a.sign(long)
    await verifier.verify(byA)
    server.answer(json({ keys: [b.jwk, a.jwk] }))
    clock.advance(600)
    await verifier.verify(byA)
    expect(server.paths).toHaveLength(2)
    await verifier.verify(byA)
    expect(remembered.at(-1)).toBe(true)
  })

  test('was replaced under the same kid is refused', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const { verifier, clock } = setUp({ jwks: server.origin })
    const byA = await a.sign(long)
    await verifier.verify(byA)
    server.answer(json({ keys: [{ ...b.jwk, kid: 'a' }] }))
    clock.advance(600)
    expect(await verdictOf(verifier.verify(byA))).toBe('invalid_token')
  })

  test('is refreshed ahead by tokens that are all remembered', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const { verifier, clock, remembered } = setUp({ jwks: server.origin })
    const byA = await a.sign(long)
    await verifier.verify(byA)
    clock.advance(500)
    await verifier.verify(byA)
    await server.arrived(2)
    expect(remembered).toEqual([false, true])
  })

  test('can no longer be confirmed is a 503, not a 200 for ever', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const { verifier, clock } = setUp({ jwks: server.origin })
    const byA = await a.sign(long)
    await verifier.verify(byA)
    server.answer(json({}, {}, 500))
    clock.advance(600)
    expect(await verdictOf(verifier.verify(byA))).toBe('accepted')
    clock.advance(3600)
    expect(await verdictOf(verifier.verify(byA))).toBe('temporarily_unavailable')
  })
})
