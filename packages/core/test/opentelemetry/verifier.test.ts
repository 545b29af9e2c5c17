import { describe, expect, test } from 'vitest'
import { tokenClientTelemetry, verifierTelemetry } from '../../src/opentelemetry/index.js'
import { introspect } from '../../src/verifier/introspect.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { errorOf } from '../support/client.js'
import { startTelemetry } from '../support/telemetry.js'
import { json, startServer, text } from '../verifier/support/http.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from '../verifier/support/tokens.js'

const signer = await createSigner('ES256', 'k')
const at = { 'oauth.authorization_server.issuer': issuer }
const once = { count: 1, sum: expect.any(Number) }

describe('verifierTelemetry', () => {
  test('tokens verified, keys fetched, and an outage', async () => {
    await using server = await startServer(json({ keys: [signer.jwk] }))
    const { meter, tracer, metrics, spans } = startTelemetry()
    const clock = clockAt()
    const onEvent = verifierTelemetry({ meter, tracer, now: clock })
    const verifier = createVerifier({ issuer, audience, jwks: server.origin, now: clock, onEvent })
    const token = await signer.sign(claimsWith({ exp: epoch + 9000 }))
    await verifier.verify(token)
    await verifier.verify(token)
    await errorOf(verifier.authenticate({ headers: {} }))
    server.answer(text('', {}, 500))
    clock.advance(5000)
    await errorOf(verifier.verify(await signer.sign(claimsWith({ exp: epoch + 9001 }))))
    expect(await metrics()).toEqual({
      'oauth.resource_server.token.verifications {verification}': [
        { attributes: { ...at, 'oauth.token.remembered': false }, value: 1 },
        { attributes: { ...at, 'oauth.token.remembered': true }, value: 1 },
        { attributes: { 'error.type': 'missing_token' }, value: 1 },
        { attributes: { 'error.type': 'temporarily_unavailable' }, value: 1 },
      ],
      'oauth.resource_server.key_fetch.duration s': [
        { attributes: at, value: once },
        { attributes: { ...at, 'error.type': 'keys_unavailable' }, value: once },
      ],
    })
    expect(spans()).toMatchObject([
      {
        name: 'fetch_keys',
        kind: 2,
        attributes: { ...at, 'oauth.authorization_server.key.count': 1 },
        endTime: [epoch, 0],
      },
      { name: 'fetch_keys', status: { code: 2 }, attributes: { ...at, 'error.type': 'keys_unavailable' } },
    ])
  })

  test('tokens introspected, and an outage', async () => {
    await using server = await startServer(json({ active: true, aud: audience, exp: epoch + 60 }))
    const { meter, tracer, metrics, spans } = startTelemetry()
    const introspection = introspect({ endpoint: server.origin, clientId: 'api', clientSecret: 'secret' })
    const onEvent = verifierTelemetry({ meter, tracer })
    const verifier = createVerifier({ issuer, audience, introspection, now: clockAt(), onEvent })
    await verifier.verify('opaque-1')
    server.answer(json({ active: false }))
    await errorOf(verifier.verify('opaque-2'))
    server.answer(text('', {}, 500))
    await errorOf(verifier.verify('opaque-3'))
    const down = { ...at, 'error.type': 'introspection_unavailable' }
    expect((await metrics())['oauth.resource_server.introspection.duration s']).toEqual([
      { attributes: { ...at, 'oauth.token.active': true }, value: once },
      { attributes: { ...at, 'oauth.token.active': false }, value: once },
      { attributes: down, value: once },
    ])
    expect(spans().map(({ name, attributes, status }) => [name, attributes, status.code])).toEqual([
      ['introspect_token', { ...at, 'oauth.token.active': true }, 0],
      ['introspect_token', { ...at, 'oauth.token.active': false }, 0],
      ['introspect_token', down, 2],
    ])
  })

  test('what failed beside: a denylist, an issuer that was looked up, something that should not have', async () => {
    const { meter, metrics } = startTelemetry()
    const record = verifierTelemetry({ meter })
    record({ type: 'revocation_unavailable', issuer, reason: 'prose' })
    record({ type: 'issuer_unavailable', issuer: 'https://anybody.example', reason: 'prose' })
    record({ type: 'internal_error', name: 'RangeError' })
    record({ type: 'internal_error', name: 'planted by who threw' })
    record({ type: 'internal_error', name: 'A'.repeat(51) })
    expect(await metrics()).toEqual({
      'oauth.resource_server.denylist.failures {failure}': [{ attributes: at, value: 1 }],
      'oauth.resource_server.issuer.failures {failure}': [{ attributes: {}, value: 1 }],
      'oauth.resource_server.internal_errors {error}': [
        { attributes: { 'error.type': 'RangeError' }, value: 1 },
        { attributes: { 'error.type': '_OTHER' }, value: 2 },
      ],
    })
  })
})

describe.for([
  ['tokenClientTelemetry', tokenClientTelemetry],
  ['verifierTelemetry', verifierTelemetry],
] as const)('%s', ([name, create]) => {
  test.for<readonly [string, object]>([
    ['nothing', {}],
    ['a meter that is none', { meter: {} as never }],
    ['a tracer that is none', { tracer: {} as never }],
  ])('takes no %s', ([, options]) => {
    expect(() => create(options)).toThrow(
      new TypeError(`${name} takes a meter, a tracer, or both, like { meter: metrics.getMeter('my-service') }`),
    )
  })

  test('takes a clock that is a function', () => {
    const { meter } = startTelemetry()
    expect(() => create({ meter, now: 1 as never })).toThrow(new TypeError('now must be a function, like Date.now'))
  })
})
