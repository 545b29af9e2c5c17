import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { portableKeys } from '../../src/verifier/key-export.js'
import { lookUpIssuers } from '../../src/verifier/look-up-issuers.js'
import type { Verifier, VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer, type TestServer, text } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { crossings, request } from './support/requests.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const claims = claimsWith({ exp: epoch + 10 * 86_400 })
const tokenOfA = await a.sign(claims)
const tokenOfB = await b.sign(claims)

async function setUp(options: Partial<VerifierOptions> = {}) {
  const server = await startServer(json({ keys: [a.jwk] }))
  const clock = clockAt()
  const jwks = options.issuers === undefined ? { issuer, jwks: `${server.origin}/jwks` } : {}
  const verifier = createVerifier({ ...jwks, audience, verifiedTokenCache: false, now: clock, ...options })
  return { server, clock, verifier, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Twenty requests at once, each with a view of its own or all with the verifier itself. */
async function waits(
  server: TestServer,
  viewOf: () => Verifier,
  verdict: string,
  token = tokenOfA,
): Promise<readonly string[]> {
  return crossings(async (as) => {
    const release = server.hold()
    const before = server.paths.length
    const verdicts = Array.from({ length: 20 }, (_, i) => as(`${i}`, () => verdictOf(viewOf().verify(token))))
    await server.arrived(before + 1)
    release()
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set([verdict]))
  })
}

describe('requests that are kept apart', () => {
  test('wait for no promise of another at a cold start, and ask the issuer once', async () => {
    await using t = await setUp()
    expect(await waits(t.server, () => t.verifier.within(request()), 'accepted')).toEqual([])
    expect(t.server.paths).toHaveLength(1)
  })

  test('the others do: what is watched for would be seen', async () => {
    await using t = await setUp()
    expect(await waits(t.server, () => t.verifier, 'accepted')).toContain('1 waits for 0')
    expect(t.server.paths).toHaveLength(1)
  })

  test('nor when they look for a new key', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.server.answer(json({ keys: [a.jwk, b.jwk] }))
    expect(await waits(t.server, () => t.verifier.within(request()), 'accepted', tokenOfB)).toEqual([])
    expect(t.server.paths).toHaveLength(2)
  })

  test('nor when the issuer is down: a 503, and one attempt', async () => {
    await using t = await setUp()
    t.server.answer(text('', {}, 500))
    expect(await waits(t.server, () => t.verifier.within(request()), 'temporarily_unavailable')).toEqual([])
    expect(t.server.paths).toHaveLength(1)
  })

  test('nor when an issuer is looked up', async () => {
    await using t = await setUp({ issuers: lookUpIssuers(async () => ({ issuer, jwks: { keys: [a.jwk] } })) })
    const found = await crossings(async (as) => {
      const verdicts = Array.from({ length: 20 }, (_, i) =>
        as(`${i}`, () => verdictOf(t.verifier.within(request()).verify(tokenOfA))),
      )
      expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['accepted']))
    })
    expect(found).toEqual([])
  })

  test('nor while one of them refreshes the keys behind its answer', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.clock.advance(500)
    const first = request()
    const second = request()
    const release = t.server.hold()
    const found = await crossings(async (as) => {
      for (const [name, each] of [
        ['first', first],
        ['second', second],
      ] as const) {
        expect(await as(name, () => verdictOf(t.verifier.within(each).verify(tokenOfA)))).toBe('accepted')
      }
    })
    release()
    expect(found).toEqual([])
    expect([first.work.length, second.work.length]).toEqual([1, 0])
    await Promise.all(first.work)
    expect(t.server.paths).toHaveLength(2)
    expect(t.verifier.status().issuers).toMatchObject([{ fetchedAt: epoch + 500 }])
  })

  test('are not held up for longer than a turn by one that was ended', async () => {
    const keys = portableKeys()
    await using t = await setUp({ keys })
    const unanswered: ServerResponse[] = []
    t.server.answer((_, response) => void unanswered.push(response))
    const ended = t.verifier.within(request()).verify(tokenOfA)
    await t.server.arrived(1)
    const other = t.verifier.within(request()).verify(tokenOfA)
    t.server.answer(json({ keys: [a.jwk] }))
    t.clock.advance(16)
    expect(await verdictOf(other)).toBe('accepted')
    for (const response of unanswered) json({ keys: [b.jwk] })(response.req, response)
    expect(await verdictOf(ended)).toBe('accepted')
    // What the first was answered late is older than what the second was.
    expect(keys.export().sets).toMatchObject([{ keys: [{ kid: 'a' }] }])
  })

  test('share memory and tokens with the verifier they are views of', async () => {
    await using t = await setUp({ verifiedTokenCache: { maxEntries: 10 } })
    const view = t.verifier.within(request())
    const token = await view.verify(tokenOfA)
    expect(await t.verifier.verify(tokenOfA)).toBe(token)
    expect(() => t.verifier.authorize(token, 'read')).not.toThrow()
    expect(view.status()).toEqual(t.verifier.status())
  })

  test('a refresh that fails behind the answer does not reject what keeps the request alive', async () => {
    await using t = await setUp()
    await t.verifier.verify(tokenOfA)
    t.clock.advance(500)
    t.server.answer(text('', {}, 500))
    const each = request()
    await t.verifier.within(each).verify(tokenOfA)
    expect(await Promise.allSettled(each.work)).toMatchObject([{ status: 'fulfilled' }])
    expect(await refusalOf(t.verifier.within(request()).verify(tokenOfB))).toMatchObject({ retryAfter: 1 })
  })

  test('warm up too', async () => {
    await using t = await setUp()
    expect(await t.verifier.within(request()).warmUp()).toMatchObject({ ready: true })
    expect(t.server.paths).toHaveLength(1)
  })
})
