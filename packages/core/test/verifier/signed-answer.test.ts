import { describe, expect, test } from 'vitest'
import { introspect } from '../../src/verifier/introspect.js'
import type { IntrospectOptions } from '../../src/verifier/introspect-options.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { type Handler, json, startServer, text } from './support/http.js'
import { type Received, recording } from './support/recording.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const as = await createSigner('ES256', 'as-1')
const stranger = await createSigner('ES256', 'as-1')
const mediaType = 'application/token-introspection+jwt'
const opaque = 'an-opaque-token'
const active = { active: true, iss: issuer, aud: audience, sub: 'u', exp: epoch + 300, scope: 'read' }

/** The claims of a good answer (RFC 9701 §5), with others put over them. */
function answerWith(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { iss: issuer, aud: 'api', iat: epoch, token_introspection: active, ...over }
}

async function signed(over: Readonly<Record<string, unknown>> = {}, header: object = {}, by = as): Promise<Handler> {
  const jwt = await by.sign(answerWith(over), { typ: 'token-introspection+jwt', ...header })
  return text(jwt, { 'content-type': mediaType })
}

async function setUp(handler: Handler, options: Partial<IntrospectOptions> = {}) {
  const received: Received[] = []
  const server = await startServer(recording(received, handler))
  const verifier = createVerifier({
    issuer,
    audience,
    introspection: introspect({
      endpoint: server.origin,
      clientId: 'api',
      clientSecret: 'planted-secret',
      signedAnswers: { jwks: { keys: [as.jwk] } },
      ...options,
    }),
    clockTolerance: 0,
    now: clockAt(),
  })
  return { received, verifier, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('a signed introspection answer (RFC 9701)', () => {
  test('is asked for and believed', async () => {
    await using t = await setUp(await signed())
    expect(await t.verifier.verify(opaque, { scopes: 'read' })).toMatchObject({ subject: 'u', scopes: ['read'] })
    expect(t.received[0]?.headers.accept).toBe(mediaType)
  })

  test.for<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ['for one of several recipients', { aud: ['x', 'api'] }, 'accepted'],
    ['for the API by its audience', { aud: audience }, 'accepted'],
    ['about a token that is not active', { token_introspection: { active: false } }, 'invalid_token'],
    ['about a token of another API', { token_introspection: { ...active, aud: 'x' } }, 'invalid_token'],
    ['about a token that has expired', { token_introspection: { ...active, exp: epoch } }, 'invalid_token'],
    ["that says 'true'", { token_introspection: { ...active, active: 'true' } }, 'invalid_token'],
    ['without token_introspection', { token_introspection: undefined, ...active }, 'temporarily_unavailable'],
    ['with a list of it', { token_introspection: [active] }, 'temporarily_unavailable'],
    ['of another issuer', { iss: 'https://evil.test' }, 'temporarily_unavailable'],
    ['for another recipient', { aud: 'another' }, 'temporarily_unavailable'],
    ['for nobody', { aud: undefined }, 'temporarily_unavailable'],
    ['without iat', { iat: undefined }, 'temporarily_unavailable'],
    ['with iat as text', { iat: `${epoch}` }, 'temporarily_unavailable'],
    ['recorded long ago', { iat: epoch - 301 }, 'temporarily_unavailable'],
    ['from the future', { iat: epoch + 61 }, 'temporarily_unavailable'],
  ])('%s', async ([, over, verdict]) => {
    await using t = await setUp(await signed(over))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe(verdict)
  })

  test.for<readonly [string, () => Handler | Promise<Handler>]>([
    ['by a stranger with the same kid', () => signed({}, {}, stranger)],
    ['typed as an access token', () => signed({}, { typ: 'at+jwt' })],
    ['without a type', () => signed({}, { typ: undefined })],
    ['sent as JSON', async () => text(await as.sign(answerWith(), { typ: 'token-introspection+jwt' }))],
    ['not signed at all', () => json(active)],
    ['not signed, in disguise', () => text(JSON.stringify(active), { 'content-type': mediaType })],
    [
      'with alg none',
      () => text(`${btoa('{"alg":"none","typ":"token-introspection+jwt"}')}.e30.`, { 'content-type': mediaType }),
    ],
    ['by an access token of the same issuer', async () => text(await as.sign(), { 'content-type': mediaType })],
    ['encrypted', () => text('eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA', { 'content-type': mediaType })],
    ['empty', () => text('', { 'content-type': mediaType })],
  ])('%s is a 503: the token is not to blame', async ([, handler]) => {
    await using t = await setUp(await handler())
    expect(await refusalOf(t.verifier.verify(opaque))).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
  })

  test('is verified by the keys its metadata name', async () => {
    const received: Received[] = []
    await using server = await startServer(
      recording(received, (request, response) => {
        const { origin } = server
        const metadata = json({ issuer: origin, jwks_uri: `${origin}/jwks`, introspection_endpoint: `${origin}/i` })
        const answer = answers.get(request.url ?? '') ?? metadata
        answer(request, response)
      }),
    )
    const { origin: iss } = server
    const answers = new Map([
      ['/jwks', json({ keys: [as.jwk] })],
      ['/i', await signed({ iss, token_introspection: { ...active, iss } })],
    ])
    const introspection = introspect({ clientId: 'api', clientSecret: 'planted-secret', signedAnswers: true })
    const verifier = createVerifier({ issuer: server.origin, audience, introspection, now: clockAt() })
    expect(await verdictOf(verifier.verify(opaque))).toBe('accepted')
    expect(received.map(({ url }) => url)).toContain('/jwks')
  })

  test('is a 503 while the keys it is signed with cannot be had', async () => {
    await using keys = await startServer(text('', {}, 500))
    await using t = await setUp(await signed(), { signedAnswers: { jwks: keys.origin } })
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('temporarily_unavailable')
    expect(keys.paths).toHaveLength(1)
  })

  test('is no access token itself', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [as.jwk] }, now: clockAt() })
    const answer = await as.sign({ ...claimsWith(), ...answerWith() }, { typ: 'token-introspection+jwt' })
    expect(await verdictOf(verifier.verify(answer))).toBe('invalid_token')
  })

  test.for<readonly [string, object, RegExp]>([
    ['a text', { signedAnswers: 'yes' }, /^signedAnswers/],
    ['an unknown member', { signedAnswers: { keys: [] } }, /^signedAnswers has no option 'keys'/],
    ['a symmetric algorithm', { signedAnswers: { algorithms: ['HS256'] } }, /^algorithms names 'HS256'/],
  ])('cannot be configured by %s', ([, options, message]) => {
    expect(() => introspect({ clientId: 'api', clientSecret: 'x', ...options })).toThrow(message)
  })
})
