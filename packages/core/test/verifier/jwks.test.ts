import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { Verifier, VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { faults, json, startServer, type TestServer, text } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer, type TestClock } from './support/tokens.js'

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const rsa = await createSigner('RS256', 'r')

/** Valid throughout every jump of the clock below. */
const claims = claimsWith({ exp: epoch + 10 * 86_400 })
const tokenOfA = await a.sign(claims)
const tokenOfB = await b.sign(claims)

const published = (...keys: JWK[]) => json({ keys })

/** A verifier of keys that come from a server of its own, without a memory of tokens: every token needs its key. */
async function setUp(
  keys = published(a.jwk),
  options: Partial<VerifierOptions> = {},
): Promise<{ server: TestServer; verifier: Verifier; clock: TestClock; events: VerifierEvent[] } & AsyncDisposable> {
  const server = await startServer(keys)
  const clock = clockAt()
  const events: VerifierEvent[] = []
  const verifier = createVerifier({
    issuer,
    audience,
    jwks: `${server.origin}/jwks`,
    clockTolerance: 0,
    verifiedTokenCache: false,
    now: clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { server, verifier, clock, events, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const unknownKid = (kid: string) => b.sign(claims, { kid })

describe('a set of keys', () => {
  test('C-L1 is fetched once for 200 callers at a cold start', async () => {
    await using t = await setUp()
    const verdicts = await Promise.all(Array.from({ length: 200 }, () => verdictOf(t.verifier.verify(tokenOfA))))
    expect(new Set(verdicts)).toEqual(new Set(['accepted']))
    expect(t.server.paths).toEqual(['/jwks'])
  })

  test('is not fetched before a token needs it, nor for a token of another issuer', async () => {
    await using t = await setUp()
    expect(await verdictOf(t.verifier.verify(await a.sign(claimsWith({ iss: t.server.origin }))))).toBe('invalid_token')
    expect(await verdictOf(t.verifier.verify(await a.sign(claims, { alg: 'ES256', crit: ['b64'], b64: true })))).toBe(
      'invalid_token',
    )
    expect(t.server.paths).toEqual([])
  })

  test.for<readonly [string, unknown, string]>([
    ['C-j_empty', { keys: [] }, 'invalid_token'],
    ['C-j_nokeys', {}, 'temporarily_unavailable'],
    ['C-j_keysobj', { keys: { 0: a.jwk } }, 'temporarily_unavailable'],
    ['C-j_keysnull', { keys: null }, 'temporarily_unavailable'],
    ['F-arr', [a.jwk], 'temporarily_unavailable'],
    ['F-num', 7, 'temporarily_unavailable'],
    ['F-str', 'keys', 'temporarily_unavailable'],
    ['F-tru', true, 'temporarily_unavailable'],
    ['C-j_proto', JSON.parse(`{"__proto__":{"keys":[${JSON.stringify(a.jwk)}]}}`), 'temporarily_unavailable'],
    ['C-j_mixed', { keys: [null, 1, {}, { kty: 'XYZ' }, a.jwk], more: 1 }, 'accepted'],
    ['C-j_private', { keys: [a.privateJwk] }, 'accepted'],
    ['C-j_oct', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'a' }] }, 'invalid_token'],
    ['C-j_enc', { keys: [{ ...a.jwk, use: 'enc' }] }, 'invalid_token'],
    ['C-j_keyops', { keys: [{ ...a.jwk, key_ops: ['sign'] }] }, 'invalid_token'],
    ['C-j_noalg', { keys: [{ ...a.jwk, alg: undefined }] }, 'accepted'],
    ['C-j_wrongalg', { keys: [{ ...a.jwk, alg: 'ES384' }] }, 'invalid_token'],
    ['C-j_dup', { keys: [{ ...b.jwk, kid: 'a' }, { ...rsa.jwk, kid: 'a' }, a.jwk] }, 'accepted'],
    ['C-j_nokid', { keys: [{ ...a.jwk, kid: undefined }] }, 'invalid_token'],
    ['C-j_10k', { keys: [a.jwk, ...Array.from({ length: 2000 }, () => b.jwk)] }, 'accepted'],
    ['the 101st key', { keys: [...Array.from({ length: 100 }, () => b.jwk), a.jwk] }, 'invalid_token'],
    ['C-j_x5u', { keys: [{ ...a.jwk, x5u: 'http://127.0.0.1:1/cert' }] }, 'accepted'],
  ])('%s', async ([, set, verdict]) => {
    await using t = await setUp(json(set))
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe(verdict)
    expect(t.server.paths).toEqual(['/jwks'])
    expect(Reflect.get({}, 'keys')).toBeUndefined()
  })

  test.for([
    ['F-jwkset', 'application/jwk-set+json'],
    ['F-charset', 'application/json; charset=UTF-8'],
    ['F-textplain', 'text/plain'],
  ] as const)('%s is read', async ([, type]) => {
    await using t = await setUp(text(JSON.stringify({ keys: [a.jwk] }), { 'content-type': type }))
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })
})

describe('a key endpoint that fails', () => {
  test.for(Object.entries(faults))('%s is a 503 with Retry-After, and no second request at once', async ([, fault]) => {
    await using t = await setUp(fault)
    const refusals = await Promise.all([1, 2, 3].map(() => refusalOf(t.verifier.verify(tokenOfA))))
    for (const { answer, code, challenges } of refusals) {
      expect({ code, challenges }).toEqual({ code: 'temporarily_unavailable', challenges: [] })
      expect(Object.fromEntries(answer.headers)).toMatchObject({ 'retry-after': '1' })
    }
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('temporarily_unavailable')
    expect(t.server.paths).toEqual(['/jwks'])
  })

  test('that nobody listens at is a 503', async () => {
    const { server, verifier } = await setUp()
    await server[Symbol.asyncDispose]()
    expect(await verdictOf(verifier.verify(tokenOfA))).toBe('temporarily_unavailable')
  })

  test('C-L7 is asked again after a pause that doubles to a minute', async () => {
    await using t = await setUp(faults['F-e500'])
    const pauses: number[] = []
    for (let i = 0; i < 9; i++) {
      const { retryAfter = 0 } = await refusalOf(t.verifier.verify(tokenOfA))
      pauses.push(retryAfter)
      t.clock.advance(retryAfter - 0.001)
      await refusalOf(t.verifier.verify(tokenOfA))
      expect(t.server.paths).toHaveLength(i + 1)
      t.clock.advance(0.001)
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    t.server.answer(published(a.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })

  test('C-L6 leaves the last good set in service for up to an hour more', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    t.clock.advance(601)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    t.clock.advance(3597)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    t.clock.advance(3)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('temporarily_unavailable')
    t.clock.advance(60)
    t.server.answer(published(a.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })

  test('makes nobody wait for it in every request of an outage', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    t.clock.advance(601)
    for (let i = 0; i < 20; i++) expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
  })

  test('and hangs keeps nobody waiting for a retry: known keys and remembered tokens serve meanwhile', async () => {
    await using t = await setUp(published(a.jwk), { verifiedTokenCache: undefined })
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    t.clock.advance(601)
    await t.verifier.verify(tokenOfA)
    const release = t.server.hold()
    t.clock.advance(1)
    t.events.length = 0
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    await t.server.arrived(3)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify(await a.sign({ ...claims, jti: 'new' })))).toBe('accepted')
    expect(t.events.map((event) => event.type === 'token_accepted' && event.remembered)).toEqual([true, true, false])
    expect(t.server.paths).toHaveLength(3)
    release()
  })

  test('long ago, when it did answer about the refresh, makes a set that ran out no better', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('temporarily_unavailable')
    t.server.answer(published(b.jwk))
    t.clock.advance(601)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('invalid_token')
  })

  test('leaves a set from the future of a clock that was set back out of service', async () => {
    await using t = await setUp()
    const old = await a.sign(claimsWith({ iat: 0 }))
    await t.verifier.verify(old)
    t.server.answer(text('', {}, 503))
    t.clock.advance(-7200)
    expect(await verdictOf(t.verifier.verify(old))).toBe('temporarily_unavailable')
  })

  test('is told by events that quote nothing', async () => {
    await using t = await setUp(faults['F-html200'])
    await refusalOf(t.verifier.verify(tokenOfA))
    expect(t.events).toEqual([
      {
        type: 'keys_unavailable',
        issuer,
        reason: 'the answer is not a JWK Set',
        duration: expect.any(Number),
        retryAfter: 1,
      },
      { type: 'token_refused', code: 'temporarily_unavailable', reason: 'the keys of the issuer cannot be fetched' },
    ])
  })
})

describe('the age of a set', () => {
  /** How long a set is used, found by asking just before and just after a moment. */
  async function isFetchedAgainAt(t: Awaited<ReturnType<typeof setUp>>, seconds: number): Promise<readonly boolean[]> {
    await t.verifier.verify(tokenOfA)
    t.clock.advance(seconds * 0.75 - 1)
    await t.verifier.verify(tokenOfA)
    const before = t.server.paths.length > 1
    t.clock.advance(seconds * 0.05 + 1)
    await t.verifier.verify(tokenOfA)
    await t.server.arrived(2)
    return [before, t.server.paths.length === 2]
  }

  test.for([
    ['nothing said', {}, 600],
    ['max-age', { 'cache-control': 'public, max-age=3600' }, 3600],
    ['C-j_cc0', { 'cache-control': 'max-age=0' }, 60],
    ['no-store', { 'cache-control': 'no-store' }, 60],
    ['no-cache beside max-age', { 'cache-control': 'max-age=900, no-cache' }, 60],
    ['C-j_cchuge', { 'cache-control': 'max-age=315360000' }, 86_400],
    ['Age', { 'cache-control': 'max-age=900', age: '600' }, 300],
    ['garbage', { 'cache-control': 'max-age=soon, s-maxage=5' }, 600],
  ] as const)('%s is %s', async ([, headers, lifetime]) => {
    await using t = await setUp(json({ keys: [a.jwk] }, headers))
    expect(await isFetchedAgainAt(t, lifetime)).toEqual([false, true])
  })

  test('nobody waits for the refresh ahead of its end', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    const release = t.server.hold()
    t.clock.advance(500)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    await t.server.arrived(2)
    release()
    expect(t.server.paths).toHaveLength(2)
  })

  test('C-S5 a refresh that fails behind a request harms nobody', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    t.clock.advance(500)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    await t.server.arrived(2)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })

  test('C-L9, C-jwk-19 a key that was taken out is gone with the next good set', async () => {
    await using t = await setUp(published(a.jwk, b.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    t.server.answer(published(b.jwk))
    t.clock.advance(600)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('invalid_token')
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
  })

  test('G-29 a clock set back makes a set look new to nobody', async () => {
    await using t = await setUp()
    await t.verifier.verify(await a.sign(claimsWith({ iat: 0 })))
    t.server.answer(published(b.jwk))
    t.clock.advance(-3600)
    expect(await verdictOf(t.verifier.verify(await a.sign(claimsWith({ iat: 0 }))))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(2)
  })
})

describe('an unknown kid', () => {
  test('is looked for once, and found after a rotation', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(published(a.jwk, b.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
  })

  test('C-L2 five hundred at once make one more request', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    const tokens = await Promise.all(Array.from({ length: 500 }, (_, i) => unknownKid(`x${i}`)))
    const verdicts = await Promise.all(tokens.map((token) => verdictOf(t.verifier.verify(token))))
    expect(new Set(verdicts)).toEqual(new Set(['invalid_token']))
    expect(t.server.paths).toHaveLength(2)
  })

  test('C-L2 five hundred at a cold start make one request', async () => {
    await using t = await setUp()
    const tokens = await Promise.all(Array.from({ length: 500 }, (_, i) => unknownKid(`x${i}`)))
    const verdicts = await Promise.all(tokens.map((token) => verdictOf(t.verifier.verify(token))))
    expect(new Set(verdicts)).toEqual(new Set(['invalid_token']))
    expect(t.server.paths).toHaveLength(1)
  })

  test('C-L3, C-L4 two hundred one after the other make one more, and good tokens pass meanwhile', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    for (let i = 0; i < 200; i++) {
      expect(await verdictOf(t.verifier.verify(await unknownKid(`x${i}`)))).toBe('invalid_token')
      if (i % 20 === 0) expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    }
    expect(t.server.paths).toHaveLength(2)
  })

  test('is looked for again 30 s after the start of the attempt in vain', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('invalid_token')
    t.server.answer(published(a.jwk, b.jwk))
    t.clock.advance(29.999)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('invalid_token')
    t.clock.advance(0.001)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
  })

  test('that is found costs nothing: the next rotation gets through at once', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(published(a.jwk, b.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
    t.server.answer(published(a.jwk, b.jwk, rsa.jwk))
    expect(await verdictOf(t.verifier.verify(await rsa.sign(claims)))).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
  })

  test('that keeps coming is looked for each 30 s, and yet a rotation gets through at once', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    const stubborn = await unknownKid('stubborn')
    await refusalOf(t.verifier.verify(stubborn))
    t.clock.advance(30)
    await refusalOf(t.verifier.verify(stubborn))
    expect(t.server.paths).toHaveLength(3)
    t.clock.advance(29.5)
    await refusalOf(t.verifier.verify(stubborn))
    expect(t.server.paths).toHaveLength(3)
    t.clock.advance(0.5)
    await refusalOf(t.verifier.verify(stubborn))
    expect(t.server.paths).toHaveLength(4)
    t.server.answer(published(a.jwk, b.jwk))
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
    await refusalOf(t.verifier.verify(stubborn))
    expect(t.server.paths).toHaveLength(5)
  })

  test('is a 503 when the issuer cannot be asked, and known keys go on', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    const refusal = await refusalOf(t.verifier.verify(tokenOfB))
    expect(refusal).toMatchObject({ code: 'temporarily_unavailable', retryAfter: 1 })
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify(await unknownKid('c')))).toBe('temporarily_unavailable')
    expect(t.server.paths).toHaveLength(2)
    t.server.answer(published(a.jwk, b.jwk))
    t.clock.advance(1)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('accepted')
  })

  test('that cannot be asked about says when the next attempt will be made', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    for (const pause of [1, 2, 4]) {
      expect(await refusalOf(t.verifier.verify(tokenOfB))).toMatchObject({ retryAfter: pause })
      t.clock.advance(pause)
    }
  })

  test('or none is looked for among eight keys', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, (_, i) => createSigner('ES256', `k${i}`)))
    await using t = await setUp(published(...many.map(({ jwk }) => jwk)))
    const token = (await many[7]?.sign(claims, { kid: undefined })) ?? ''
    expect(await verdictOf(t.verifier.verify(token))).toBe('accepted')
  })

  test('arriving during a fetch joins it', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(published(a.jwk, b.jwk))
    const release = t.server.hold()
    const first = verdictOf(t.verifier.verify(await unknownKid('x')))
    await t.server.arrived(2)
    const second = verdictOf(t.verifier.verify(tokenOfB))
    release()
    expect(await first).toBe('invalid_token')
    expect(await second).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
  })
})

describe('a look for a key and a refresh that meet', () => {
  /** A set of a minute: its refresh is due from second 48 at the latest, within the cooldown of a look at second 40. */
  const shortLived = (...keys: JWK[]) => json({ keys }, { 'cache-control': 'max-age=60' })

  test('join, even within the cooldown of a look that failed', async () => {
    await using t = await setUp(shortLived(a.jwk))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    t.clock.advance(40)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('temporarily_unavailable')
    t.server.answer(shortLived(a.jwk, b.jwk))
    t.clock.advance(9)
    const release = t.server.hold()
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    await t.server.arrived(3)
    const waiting = verdictOf(t.verifier.verify(tokenOfB))
    release()
    expect(await waiting).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
  })

  test('a refresh that succeeds after a look that failed decides: 401, not 503', async () => {
    await using t = await setUp(shortLived(a.jwk))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    t.clock.advance(45)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('temporarily_unavailable')
    t.server.answer(shortLived(a.jwk))
    t.clock.advance(15)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
    expect(await verdictOf(t.verifier.verify(await unknownKid('x')))).toBe('invalid_token')
    expect(await verdictOf(t.verifier.verify(await unknownKid('y')))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(4)
  })

  test('a look during the pause after a failed refresh asks nobody: 503', async () => {
    await using t = await setUp(shortLived(a.jwk))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    t.clock.advance(60)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    t.clock.advance(0.5)
    expect(await verdictOf(t.verifier.verify(tokenOfB))).toBe('temporarily_unavailable')
    expect(t.server.paths).toHaveLength(2)
  })

  test('a success ends the growing of the pauses', async () => {
    await using t = await setUp(text('', {}, 500))
    for (const seconds of [1, 2, 4]) {
      expect(await refusalOf(t.verifier.verify(tokenOfA))).toMatchObject({ retryAfter: seconds })
      t.clock.advance(seconds)
    }
    t.server.answer(shortLived(a.jwk))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    t.clock.advance(60 + 3600)
    expect(await refusalOf(t.verifier.verify(tokenOfA))).toMatchObject({ retryAfter: 1 })
  })
})

describe('a kid with new material', () => {
  const c = { ...b.jwk, kid: 'a' }

  test('is fetched when a signature is wrong under the old one', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(published(c))
    expect(await verdictOf(t.verifier.verify(await b.sign(claims, { kid: 'a' })))).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('invalid_token')
  })

  test('C-j_rotate is not fetched for every wrong signature', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    for (let i = 0; i < 50; i++) {
      expect(await verdictOf(t.verifier.verify(await b.sign(claims, { kid: 'a' })))).toBe('invalid_token')
    }
    expect(t.server.paths).toHaveLength(2)
  })

  test('and newer material each time is not fetched for every forged token', async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => createSigner('ES256', 'a')))
    let next = 0
    await using t = await setUp((request, response) => published(others[next++ % 10]?.jwk ?? a.jwk)(request, response))
    for (let i = 0; i < 20; i++) {
      expect(await verdictOf(t.verifier.verify(await b.sign(claims, { kid: 'a' })))).toBe('invalid_token')
    }
    expect(t.server.paths).toHaveLength(2)
  })

  test('that made the signature costs nothing: the next key gets through at once', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(published(c))
    expect(await verdictOf(t.verifier.verify(await b.sign(claims, { kid: 'a' })))).toBe('accepted')
    t.server.answer(published(c, rsa.jwk))
    expect(await verdictOf(t.verifier.verify(await rsa.sign(claims)))).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
  })

  test('a wrong signature is a 401 also when the issuer cannot be asked', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 500))
    expect(await verdictOf(t.verifier.verify(await b.sign(claims, { kid: 'a' })))).toBe('invalid_token')
    t.server.answer(published(a.jwk, rsa.jwk))
    t.clock.advance(1)
    expect(await verdictOf(t.verifier.verify(await rsa.sign(claims)))).toBe('accepted')
  })
})

describe('a clock that fails', () => {
  test('behind a request, too, is a 503 without a number that is none, and no unhandled rejection', async () => {
    let broken = false
    const clock = clockAt()
    let calls = 0
    const now = () => {
      if (broken && ++calls > 1) throw new Error('no time')
      return clock()
    }
    await using t = await setUp(published(a.jwk), { now })
    await t.verifier.verify(tokenOfA)
    clock.advance(500)
    for (const reads of [0, 1, 2]) {
      calls = 1 - reads
      broken = true
      const { retryAfter } = await refusalOf(t.verifier.verify(tokenOfA))
      expect(retryAfter).toBe(1)
    }
  })
})

describe('a caller who gives up', () => {
  test('before the start asks nobody', async () => {
    await using t = await setUp()
    const reason = new Error('gone')
    const signal = AbortSignal.abort(reason)
    await expect(t.verifier.verify(tokenOfA, { signal })).rejects.toBe(reason)
    const request = new Request('https://api.example.test', { headers: { authorization: `Bearer ${tokenOfA}` } })
    await expect(t.verifier.authenticate(request, { signal })).rejects.toBe(reason)
    expect(t.server.paths).toEqual([])
  })

  test('leaves alone, and the others get their answer', async () => {
    await using t = await setUp()
    const release = t.server.hold()
    const controller = new AbortController()
    const reason = new Error('gone')
    const leaving = t.verifier.verify(tokenOfA, { signal: controller.signal })
    const staying = t.verifier.verify(tokenOfA)
    await t.server.arrived(1)
    controller.abort(reason)
    await expect(leaving).rejects.toBe(reason)
    release()
    expect(await verdictOf(staying)).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
  })
})

describe('discovery', () => {
  async function discovering(metadata: (origin: string) => unknown, keys = [a.jwk]): Promise<[TestServer, Verifier]> {
    const server = await startServer((request, response) => {
      const body = request.url === '/keys' ? { keys } : metadata(server.origin)
      json(body)(request, response)
    })
    return [server, createVerifier({ issuer: server.origin, audience, now: clockAt() })]
  }

  test('finds the keys through the metadata of the issuer', async () => {
    const [server, verifier] = await discovering((origin) => ({ issuer: origin, jwks_uri: `${origin}/keys` }))
    await using _ = server
    const token = await a.sign(claimsWith({ iss: server.origin }))
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
    expect(server.paths).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  test.for<readonly [string, (origin: string) => unknown]>([
    ['M-m_issuer', (origin) => ({ issuer: 'https://evil.test', jwks_uri: `${origin}/keys` })],
    ['M-m_issslash', (origin) => ({ issuer: `${origin}/`, jwks_uri: `${origin}/keys` })],
    ['M-m_noissuer', (origin) => ({ jwks_uri: `${origin}/keys` })],
    ['M-m_nojwks', (origin) => ({ issuer: origin })],
    ['M-m_jwksfile', (origin) => ({ issuer: origin, jwks_uri: 'file:///etc/passwd' })],
    ['M-m_jwksdata', (origin) => ({ issuer: origin, jwks_uri: 'data:application/json,{"keys":[]}' })],
    ['M-m_jwksmeta', (origin) => ({ issuer: origin, jwks_uri: 'http://169.254.169.254/latest' })],
    ['M-m_creds', (origin) => ({ issuer: origin, jwks_uri: `${origin.replace('//', '//user:pass@')}/keys` })],
  ])('%s is a 503, and no key is fetched', async ([, metadata]) => {
    const [server, verifier] = await discovering(metadata)
    await using _ = server
    const token = await a.sign(claimsWith({ iss: server.origin }))
    expect(await verdictOf(verifier.verify(token))).toBe('temporarily_unavailable')
    expect(server.paths).not.toContain('/keys')
  })
})
