import { expect, onTestFinished, test, vi } from 'vitest'
import type { BearerError } from '../../src/errors.js'
import { onExpiry } from '../../src/verifier/expiry.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')

async function setUp(now: () => number, clockTolerance = 0) {
  const options = { issuer, audience, jwks: { keys: [signer.jwk] }, now, clockTolerance }
  const token = await createVerifier(options).verify(await signer.sign(claimsWith({ exp: epoch + 300 })))
  return { token, ended: () => new Promise<BearerError>((resolve) => onExpiry(token, resolve)) }
}

const refusal = { code: 'invalid_token', status: 401, reason: 'it has expired since it was verified' }

test('calls back with the refusal that the token meets from now on', async () => {
  const clock = clockAt()
  const { ended } = await setUp(clock)
  clock.advance(300)
  expect(await ended()).toMatchObject(refusal)
})

test('waits as long as the tolerance lasts, and looks at the clock again', async () => {
  const seen: number[] = []
  // Half a tick before its end when it is looked at the first times, then over.
  const times = [0, 0, 329.999, 329.999, 330]
  const { ended } = await setUp(() => {
    const at = times[Math.min(seen.length, times.length - 1)] ?? 0
    seen.push(at)
    return (epoch + at) * 1000
  }, 30)
  expect(await ended()).toMatchObject(refusal)
  expect(seen.at(-1)).toBe(330)
})

test('a clock that fails ends it, too', async () => {
  const clock = clockAt()
  let now: () => number = clock
  const { ended } = await setUp(() => now())
  now = () => Number.NaN
  expect(await ended()).toMatchObject({ code: 'temporarily_unavailable' })
})

test('is given up', async () => {
  const clock = clockAt()
  const { token, ended } = await setUp(clock)
  clock.advance(300)
  const called: string[] = []
  const giveUp = onExpiry(token, () => called.push('given up'))
  giveUp()
  await ended()
  expect(called).toEqual([])
})

test('a token that lives longer than a timer can wait is looked at again, not at once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  let reads = 0
  const now = () => {
    reads++
    return epoch * 1000
  }
  const verifier = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now })
  const token = await verifier.verify(await signer.sign(claimsWith({ exp: epoch + 100 * 86_400 })))
  const giveUp = onExpiry(token, () => expect.unreachable())
  vi.advanceTimersByTime(0)
  const before = reads
  vi.advanceTimersByTime(2 ** 31 - 2)
  expect(reads).toBe(before)
  vi.advanceTimersByTime(1)
  expect(reads).toBeGreaterThan(before)
  giveUp()
})

test('a copy is a TypeError', async () => {
  const { token } = await setUp(clockAt())
  expect(() => onExpiry({ ...token }, () => undefined)).toThrow(TypeError)
})
