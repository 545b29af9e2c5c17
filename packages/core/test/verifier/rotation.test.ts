import { describe, expect, test } from 'vitest'
import { json } from './support/http.js'
import { simulate } from './support/load.js'
import { verdictOf } from './support/refused.js'
import { claimsWith, createSigner, epoch, type Signer } from './support/tokens.js'

const claims = claimsWith({ exp: epoch + 3600 })
const perSecond = 500

/** One key and one token by it for each second. */
async function keysFor(seconds: number): Promise<{ keys: readonly Signer[]; tokens: readonly string[] }> {
  const keys = await Promise.all(Array.from({ length: seconds }, (_, i) => createSigner('ES256', `second-${i}`)))
  return { keys, tokens: await Promise.all(keys.map((key) => key.sign(claims))) }
}

describe('an issuer that rotates its key each second', () => {
  test('and publishes before it signs has none of 500 verifications a second refused, for 60 s', async () => {
    const { keys, tokens } = await keysFor(62)
    let second = 0
    /** The key before, for tokens on their way, the one that signs, and the next one. */
    const published = () => keys.slice(Math.max(0, second - 1), second + 2).map(({ jwk }) => jwk)
    await using t = await simulate((request, response) => json({ keys: published() })(request, response))
    const verdicts = new Map<string, number>()
    for (; second < 60; second++) {
      const sent = Array.from(
        { length: perSecond },
        (_, i) => tokens[i % 5 === 4 ? Math.max(0, second - 1) : second] ?? '',
      )
      for (const verdict of await Promise.all(sent.map((token) => verdictOf(t.verifier.verify(token))))) {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      }
      t.clock.advance(1)
    }
    expect(Object.fromEntries(verdicts)).toEqual({ accepted: 60 * perSecond })
    expect(t.fetchedAt.length).toBeLessThanOrEqual(60)
  }, 60_000)

  test('and signs before it publishes has no token refused for longer than one cooldown', async () => {
    const { keys, tokens } = await keysFor(91)
    let second = 0
    await using t = await simulate((request, response) =>
      json({ keys: keys.slice(0, second).map(({ jwk }) => jwk) })(request, response),
    )
    const refused = new Map<number, number>()
    const waited: number[] = []
    for (; second < 90; second++) {
      refused.set(second, second)
      for (const [at, since] of refused) {
        const verdict = await verdictOf(t.verifier.verify(tokens[at] ?? ''))
        if (verdict === 'accepted') {
          waited.push(second - since)
          refused.delete(at)
        } else expect(verdict).toBe('invalid_token')
      }
      t.clock.advance(1)
    }
    expect(Math.max(...waited)).toBeLessThanOrEqual(30)
    expect(Math.min(...refused.keys())).toBeGreaterThanOrEqual(60)
    // At each of the two later moments one look finds the oldest token's key, and the next one is in vain.
    expect(t.fetchedAt).toEqual([0, 30, 30, 60, 60])
  }, 60_000)
})

test('one key that signs before it is published is refused for one cooldown at most, and known keys never', async () => {
  const [old, young] = await Promise.all([createSigner('ES256', 'old'), createSigner('ES256', 'young')])
  const [known, early] = await Promise.all([old.sign(claims), young.sign(claims)])
  await using t = await simulate(json({ keys: [old.jwk] }))
  await t.verifier.verify(known)
  const verdicts: string[] = []
  for (let second = 0; second < 40; second++) {
    if (second === 1) t.server.answer(json({ keys: [old.jwk, young.jwk] }))
    verdicts.push(await verdictOf(t.verifier.verify(early)))
    expect(await verdictOf(t.verifier.verify(known))).toBe('accepted')
    t.clock.advance(1)
  }
  expect(verdicts).toEqual([...Array(30).fill('invalid_token'), ...Array(10).fill('accepted')])
  expect(t.fetchedAt).toEqual([0, 0, 30])
})

test.for([
  { published: 1, firstSent: 0 },
  { published: 31, firstSent: 0 },
  { published: 31, firstSent: 29 },
  { published: 61, firstSent: 29 },
  { published: 100, firstSent: 0 },
])('however late it is published, and whatever else is asked for: %o', async ({ published, firstSent }) => {
  const [old, young, never] = await Promise.all(['old', 'young', 'never'].map((kid) => createSigner('ES256', kid)))
  const [known, early, forged] = await Promise.all([old, young, never].map((key) => key?.sign(claims) ?? ''))
  await using t = await simulate(json({ keys: [old?.jwk] }))
  await t.verifier.verify(known ?? '')
  let accepted: number | undefined
  for (let second = 0; accepted === undefined; second++) {
    if (second === published) t.server.answer(json({ keys: [old?.jwk, young?.jwk] }))
    expect(await verdictOf(t.verifier.verify(forged ?? ''))).toBe('invalid_token')
    if (second >= firstSent && (await verdictOf(t.verifier.verify(early ?? ''))) === 'accepted') accepted = second
    t.clock.advance(1)
  }
  expect(accepted - published).toBeLessThanOrEqual(30)
  expect(t.fetchedAt.length).toBeLessThanOrEqual(2 + Math.ceil(accepted / 30))
})
