import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type DenylistOptions, denylist } from '../../src/verifier/denylist.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { IsRevoked, RevocationQuery } from '../../src/verifier/revocation.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const text = await signer.sign(claimsWith({ jti: 'token-1', sid: 'session-1', client_id: 'client-1' }))
const planted = 'planted-secret-77aa'

function setUp(isRevoked: IsRevoked, options: Partial<VerifierOptions> = {}, limits: DenylistOptions = {}) {
  const events: VerifierEvent[] = []
  const onEvent = (event: VerifierEvent) => events.push(event)
  const at = { issuer, audience, jwks: { keys: [signer.jwk] }, clockTolerance: 0, now: clockAt() }
  return { verifier: createVerifier({ ...at, revocation: denylist(isRevoked, limits), onEvent, ...options }), events }
}

describe('a denylist', () => {
  test('is told what a token, a session, a client or a person is known by', async () => {
    const asked: RevocationQuery[] = []
    const { verifier } = setUp((token) => asked.push(token) === 0)
    await verifier.verify(text)
    expect(asked).toEqual([
      {
        issuer,
        subject: 'user-1',
        clientId: 'client-1',
        jti: 'token-1',
        sid: 'session-1',
        issuedAt: epoch,
        expiresAt: epoch + 300,
      },
    ])
  })

  test('is told what the token says, not what a schema made of it', async () => {
    const asked: RevocationQuery[] = []
    const value = { jti: 'another', sid: undefined, iat: new Date(0) }
    const claims = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value }) } } as const
    const { verifier } = setUp((token) => asked.push(token) === 0, { claims })
    await verifier.verify(text)
    await verifier.verify(text)
    for (const each of asked) expect(each).toMatchObject({ jti: 'token-1', sid: 'session-1', issuedAt: epoch })
    expect(asked).toHaveLength(2)
  })

  test('that answers when the token has expired meanwhile does not bring it back', async () => {
    const now = clockAt()
    const { verifier, events } = setUp(
      async () => {
        now.advance(300)
        return false
      },
      { now },
    )
    expect(await refusalOf(verifier.verify(text))).toMatchObject({
      code: 'invalid_token',
      reason: 'it has expired since it was verified',
    })
    expect(events.map(({ type }) => type)).toEqual(['token_refused'])
  })

  test.for<readonly [string, (revoked: boolean) => boolean | Promise<boolean>]>([
    ['at once', (revoked) => revoked],
    ['later', async (revoked) => revoked],
  ])('that answers %s is asked at every request, for remembered tokens too', async ([, answer]) => {
    const revoked = new Set<string>()
    const { verifier, events } = setUp(({ jti }) => answer(revoked.has(jti ?? '')))
    expect(await verdictOf(verifier.verify(text))).toBe('accepted')
    expect(await verdictOf(verifier.verify(text))).toBe('accepted')
    revoked.add('token-1')
    const refusal = await refusalOf(verifier.verify(text, { scopes: 'admin' }))
    expect(refusal).toMatchObject({ code: 'invalid_token', status: 401, reason: 'it is revoked' })
    revoked.clear()
    expect(await verdictOf(verifier.verify(text))).toBe('accepted')
    expect(events.map((event) => (event.type === 'token_accepted' ? event.remembered : event.type))).toEqual([
      false,
      true,
      'token_refused',
      true,
    ])
  })

  test('is not asked about a token that is no good', async () => {
    let asked = 0
    const { verifier } = setUp(() => asked++ === -1)
    const bad = [
      await signer.sign(claimsWith({ exp: epoch - 1 })),
      await signer.sign(claimsWith({ aud: 'x' })),
      'opaque',
    ]
    for (const token of bad) expect(await verdictOf(verifier.verify(token))).toBe('invalid_token')
    expect(asked).toBe(0)
  })

  test.for<readonly [string, IsRevoked, string]>([
    [
      'throws',
      () => {
        throw new Error(planted)
      },
      'isRevoked threw',
    ],
    ['rejects', async () => Promise.reject(new Error(planted)), 'isRevoked threw'],
    ['answers nothing', (() => undefined) as never, 'isRevoked answered no boolean'],
    ['answers 0', (() => 0) as never, 'isRevoked answered no boolean'],
    ["answers 'false' later", (async () => 'false') as never, 'isRevoked answered no boolean'],
    ['never answers', () => new Promise(() => undefined), 'isRevoked did not answer in time'],
  ])('that %s fails closed: 503', async ([, isRevoked, why]) => {
    const { verifier, events } = setUp(isRevoked, {}, { timeout: 0.01 })
    const refusal = await refusalOf(verifier.verify(text))
    expect(refusal).toMatchObject({ code: 'temporarily_unavailable', status: 503, retryAfter: 1 })
    expect(events[0]).toEqual({ type: 'revocation_unavailable', issuer, reason: why })
    expect(events.map(({ type }) => type)).toEqual(['revocation_unavailable', 'token_refused'])
    expect(inspect([refusal, refusal.answer, events], { depth: 9 })).not.toContain(planted)
  })

  test('may be any promise, of another library for instance', async () => {
    const thenable = Object.fromEntries([['then', (done: (revoked: boolean) => void) => done(true)]])
    expect(await verdictOf(setUp((() => thenable) as never).verifier.verify(text))).toBe('invalid_token')
  })

  test('is not waited for by a caller who gave up', async () => {
    const gone = new AbortController()
    const { verifier } = setUp(() => {
      gone.abort(new Error('the caller left'))
      return new Promise(() => undefined)
    })
    await expect(verifier.verify(text, { signal: gone.signal })).rejects.toThrow('the caller left')
  })

  test.for<readonly [string, unknown, object, RegExp]>([
    ['is no function', true, {}, /^isRevoked is a function/],
    ['is not given', undefined, {}, /^isRevoked is a function/],
    ['may take no time', () => false, { timeout: 0 }, /^timeout is a number of seconds/],
    ['may take for ever', () => false, { timeout: 61 }, /^timeout/],
    ['may take NaN', () => false, { timeout: Number.NaN }, /^timeout/],
    ['may take null', () => false, { timeout: null }, /^timeout/],
    ['has an unknown option', () => false, { maxAge: 1 }, /^denylist has no option 'maxAge'/],
  ])('that %s is refused where it is configured', ([, isRevoked, limits, message]) => {
    expect(() => setUp(isRevoked as IsRevoked, {}, limits)).toThrow(message)
  })

  test('is what denylist() returns', () => {
    expect(() => setUp(() => false, { revocation: (() => false) as never })).toThrow(/^revocation is what denylist\(/)
  })
})
