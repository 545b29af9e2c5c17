import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { BearerErrorCode } from '../../src/errors.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import { introspect } from '../../src/verifier/introspect.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer, text } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256', 'k')

function setUp(jwks: string | object = { keys: [signer.jwk] }) {
  const events: VerifierEvent[] = []
  const clock = clockAt()
  const onEvent = (event: VerifierEvent) => events.push(event)
  const verifier = createVerifier({ issuer, audience, jwks: jwks as string, clockTolerance: 0, now: clock, onEvent })
  return { verifier, events, clock }
}

describe('a verifier tells what happened', () => {
  test('a token accepted, and whether it was remembered; a token refused, and why', async () => {
    const { verifier, events } = setUp()
    const token = await signer.sign()
    await verifier.verify(token)
    await verifier.verify(token)
    await refusalOf(verifier.verify(token, { scopes: 'admin' }))
    await refusalOf(verifier.verify(await signer.sign(claimsWith({ exp: epoch }))))
    await refusalOf(verifier.authenticate({ headers: {} }))
    expect(events).toEqual([
      { type: 'token_accepted', issuer, remembered: false },
      { type: 'token_accepted', issuer, remembered: true },
      { type: 'token_refused', code: 'insufficient_scope', reason: 'it lacks admin' },
      { type: 'token_refused', code: 'invalid_token', reason: 'it has expired' },
      { type: 'token_refused', code: 'missing_token', reason: 'the request has no Authorization field' },
    ])
  })

  test('keys fetched, and an outage of theirs', async () => {
    await using server = await startServer(json({ keys: [signer.jwk] }))
    const { verifier, events, clock } = setUp(server.origin)
    await verifier.verify(await signer.sign(claimsWith({ exp: epoch + 9000 })))
    server.answer(text('', {}, 500))
    clock.advance(5000)
    await refusalOf(verifier.verify(await signer.sign(claimsWith({ exp: epoch + 9001 }))))
    expect(events.map(({ type }) => type)).toEqual([
      'keys_fetched',
      'token_accepted',
      'keys_unavailable',
      'token_refused',
    ])
    expect(events[2]).toMatchObject({ issuer, retryAfter: 1 })
    expect(events[3]).toMatchObject({ code: 'temporarily_unavailable' })
  })

  test('a token introspected, and an outage of that', async () => {
    await using server = await startServer(json({ active: true, aud: audience, exp: epoch + 60 }))
    const events: VerifierEvent[] = []
    const introspection = introspect({ endpoint: server.origin, clientId: 'api', clientSecret: 'secret' })
    const onEvent = (event: VerifierEvent) => events.push(event)
    const verifier = createVerifier({ issuer, audience, introspection, now: clockAt(), onEvent })
    await verifier.verify('token')
    server.answer(json({ active: false }))
    await refusalOf(verifier.verify('another'))
    server.answer(text('', {}, 503))
    await refusalOf(verifier.verify('a-third'))
    expect(events.map(({ type }) => type)).toEqual([
      'token_introspected',
      'token_accepted',
      'token_introspected',
      'token_refused',
      'introspection_unavailable',
      'token_refused',
    ])
  })

  test('in types that can be told apart', () => {
    expectTypeOf<Extract<VerifierEvent, { type: 'token_refused' }>['code']>().toEqualTypeOf<BearerErrorCode>()
    expectTypeOf<Extract<VerifierEvent, { type: 'token_accepted' }>['remembered']>().toEqualTypeOf<boolean>()
  })
})

describe('J-7 what a token says reaches a log short, on one line and in plain letters', () => {
  const hostile = `x\r\nlevel=info user=admin\u001b[31m","admin":true,"\u2028\u0000${'A'.repeat(5000)}`

  test.for<readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ['iss', { iss: hostile }, {}],
    ['aud', { aud: hostile }, {}],
    ['typ', {}, { typ: hostile }],
    ['kid', {}, { kid: hostile.slice(0, 900) }],
    ['jti', { jti: { [hostile]: 1 } }, {}],
    ['token_use', { token_use: hostile, exp: 1 }, {}],
  ])('as %s', async ([, claims, header]) => {
    const { verifier, events } = setUp()
    const { reason, message } = await refusalOf(verifier.verify(await signer.sign(claimsWith(claims), header)))
    for (const printed of [reason, message, ...events.map((event) => JSON.stringify(event))]) {
      expect(printed).toMatch(/^[\x20-\x7e]{1,600}$/)
      expect(printed).not.toContain('\\u001b')
    }
  })
})

describe('E-10, J-1 a token that is remembered', () => {
  test('is in nothing that can be printed of its verifier', async () => {
    await using server = await startServer(json({ active: true, aud: audience, exp: epoch + 60 }))
    const introspection = introspect({ endpoint: server.origin, clientId: 'api', clientSecret: 'planted-secret' })
    const issuers = [
      { issuer, jwks: { keys: [signer.jwk] } },
      { issuer: 'https://opaque.test', introspection },
    ]
    const verifier = createVerifier({ issuers, audience, now: clockAt() })
    const [jwt, opaque] = [await signer.sign(), 'planted-opaque-token']
    expect(await verdictOf(verifier.verify(jwt))).toBe('accepted')
    expect(await verdictOf(verifier.verify(opaque))).toBe('accepted')
    const tokens = [await verifier.verify(jwt), await verifier.verify(opaque)]
    const printed = inspect([verifier, introspection, tokens], { depth: 20, showHidden: true, getters: true })
    for (const planted of [jwt, jwt.split('.')[2] ?? '', opaque, 'planted-secret'])
      expect(printed).not.toContain(planted)
  })
})
