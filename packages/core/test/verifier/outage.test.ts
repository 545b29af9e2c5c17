import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer, text } from './support/http.js'
import { assemble } from './support/keys.js'
import { simulate } from './support/load.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch } from './support/tokens.js'

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const claims = claimsWith({ exp: epoch + 86_400 })
const tokenOfA = await a.sign(claims)
const tokenOfB = await b.sign(claims)

/** Seconds between two attempts while an issuer is down. */
const backoff = [1, 2, 4, 8, 16, 32, 60]

const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe('a key endpoint that is down', () => {
  test('for 50 minutes has known keys verify every second, and at most one attempt for each step of the backoff', async () => {
    await using t = await simulate(json({ keys: [a.jwk] }))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    for (let second = 1; second <= 3000; second++) {
      t.clock.advance(1)
      expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
      await t.settled()
    }
    const [first, ...attempts] = t.fetchedAt
    expect(first).toBe(0)
    const waited = gaps(attempts)
    expect(waited.map((gap, i) => gap - (backoff[i] ?? 60))).toEqual(waited.map(() => 0))
    expect(attempts.length).toBeLessThanOrEqual(backoff.length + Math.ceil((3000 - 450) / 60))
  }, 60_000)

  test('is a 503 from one hour past the end of the keys, not a second sooner or later', async () => {
    await using t = await simulate(json({ keys: [a.jwk] }))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    for (let at = 540; at < 600 + 3600; at += 60) {
      t.clock.advance(at - (t.clock() / 1000 - epoch))
      expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
      await t.settled()
    }
    t.clock.advance(59)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
    t.clock.advance(1)
    expect(await refusalOf(t.verifier.verify(tokenOfA))).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
    t.server.answer(json({ keys: [a.jwk] }))
    t.clock.advance(60)
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })

  test('has metadata and keys asked for by the same backoff where the keys are found by discovery', async () => {
    await using server = await startServer(text('', {}, 500))
    const clock = clockAt()
    const verifier = createVerifier({ issuer: server.origin, audience, now: clock })
    const token = await a.sign({ ...claims, iss: server.origin })
    const attempts: number[] = []
    for (let second = 0; second < 300; second++) {
      const before = server.paths.length
      expect(await verdictOf(verifier.verify(token))).toBe('temporarily_unavailable')
      if (server.paths.length > before) attempts.push(second)
      clock.advance(1)
    }
    expect(gaps(attempts)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    server.answer((request, response) =>
      json(request.url === '/keys' ? { keys: [a.jwk] } : { issuer: server.origin, jwks_uri: `${server.origin}/keys` })(
        request,
        response,
      ),
    )
    clock.advance(60)
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
  })
})

describe('an unknown kid', () => {
  test('is a 401 if a fetch that succeeded within the cooldown lacked it', async () => {
    await using t = await simulate(json({ keys: [a.jwk] }))
    expect(await refusalOf(t.verifier.verify(tokenOfB))).toMatchObject({ code: 'invalid_token', status: 401 })
    t.server.answer(text('', {}, 503))
    t.clock.advance(29)
    expect(await refusalOf(t.verifier.verify(tokenOfB))).toMatchObject({ code: 'invalid_token', status: 401 })
    expect(t.fetchedAt).toHaveLength(1)
  })

  test('is a 503 if the fetch failed, while known keys verify', async () => {
    await using t = await simulate(json({ keys: [a.jwk] }))
    await t.verifier.verify(tokenOfA)
    t.server.answer(text('', {}, 503))
    expect(await refusalOf(t.verifier.verify(tokenOfB))).toMatchObject({
      code: 'temporarily_unavailable',
      status: 503,
      retryAfter: 1,
    })
    expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
  })
})

describe('10 000 tokens with random kids', () => {
  /** As long as a kid may be: what is remembered of it must not be. */
  const flood = Array.from({ length: 10_000 }, (_, i) =>
    assemble(
      { alg: 'ES256', typ: 'at+jwt', kid: `${i}-${'é'.repeat(i % 2 === 0 ? 900 : 100)}` },
      claims,
      'x'.repeat(64),
    ),
  )
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  const heap = (): number => {
    for (let i = 0; i < 4; i++) if (typeof collect === 'function') collect()
    return process.memoryUsage().heapUsed
  }

  test('make at most two fetches in 30 s, take less than 1 MB, and shut out no good token', async () => {
    const run = async (): Promise<number> => {
      await using t = await simulate(json({ keys: [a.jwk] }))
      await t.verifier.verify(tokenOfA)
      const before = heap()
      for (const token of flood) {
        expect(await t.verifier.verify(token).catch(({ code }: { code: string }) => code)).toBe('invalid_token')
        t.clock.advance(0.0029)
      }
      const grown = heap() - before
      expect(t.fetchedAt).toHaveLength(2)
      expect(await verdictOf(t.verifier.verify(tokenOfA))).toBe('accepted')
      return grown
    }
    // The first run makes what every later one uses again.
    await run()
    expect(await run()).toBeLessThan(1_000_000)
  }, 60_000)
})
