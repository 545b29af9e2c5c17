import { describe, expect, test } from 'vitest'
import { dpopProofs } from '../../src/verifier/dpop.js'
import { type DpopNonces, type StatelessNonceOptions, statelessNonces } from '../../src/verifier/dpop-nonces.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { createProver, dpopRequest, origin } from './support/proofs.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const client = await createProver()
const token = await signer.sign(claimsWith({ cnf: { jkt: client.jkt } }))
const secret = 'a secret of the API with at least 32 bytes'
const newer = 'another secret of the API with at least 32 bytes'

describe('nonces of an API', () => {
  function setUp(nonces: DpopNonces) {
    const dpop = dpopProofs({ origin, nonces })
    return createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, clockTolerance: 0, now: clockAt(), dpop })
  }

  test('H-60 are demanded with a challenge that brings one', async () => {
    const verifier = setUp(statelessNonces({ secrets: secret, now: clockAt() }))
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(token, await client.prove(token))))
    expect(refusal).toMatchObject({ code: 'use_dpop_nonce', status: 401, dpopNonce: expect.any(String) })
    const response = refusal.toResponse()
    expect(response.headers.get('www-authenticate')).toContain('DPoP realm="api", error="use_dpop_nonce"')
    const nonce = response.headers.get('dpop-nonce')
    const proof = await client.prove(token, { nonce })
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
  })

  test('H-60 are demanded anew when they are stale or made up', async () => {
    const clock = clockAt()
    const nonces = statelessNonces({ secrets: secret, lifetime: 10, now: clock })
    const verifier = setUp(nonces)
    const stale = await nonces.issue()
    clock.advance(20)
    for (const nonce of [stale, '', 'x', `${stale}x`, 'x'.repeat(5000)]) {
      const proof = await client.prove(token, { nonce })
      expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('use_dpop_nonce')
    }
  })

  test('do not spend the proof they are missing from', async () => {
    const good = new Set<string>()
    const verifier = setUp({ issue: () => 'next', accepts: (nonce) => good.has(nonce) })
    const proof = await client.prove(token, { nonce: 'early' })
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('use_dpop_nonce')
    good.add('early')
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
  })

  const broken: readonly (readonly [string, Partial<DpopNonces>])[] = [
    ['a check that throws', { accepts: () => Promise.reject(new Error('secret')) }],
    ['an issue that throws', { issue: () => Promise.reject(new Error('secret')) }],
    ['a nonce that would split the header', { issue: () => 'a\r\nset-cookie: b' }],
    ['an empty nonce', { issue: () => '' }],
  ]
  test.for(broken)('make a 503 of %s', async ([, over]) => {
    const verifier = setUp({ issue: () => 'next', accepts: () => false, ...over })
    const proof = await client.prove(token, { nonce: 'x' })
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('temporarily_unavailable')
  })

  test('are not taken for good by anything but true', async () => {
    const verifier = setUp({ issue: () => 'next', accepts: () => JSON.parse('"true"') })
    const proof = await client.prove(token, { nonce: 'x' })
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('use_dpop_nonce')
  })
})

describe('statelessNonces', () => {
  test('are accepted by every instance with the secret, for one lifetime at least and two at most', async () => {
    const clock = clockAt()
    const [one, two] = [1, 2].map(() => statelessNonces({ secrets: secret, lifetime: 10, now: clock }))
    const nonce = (await one?.issue()) ?? ''
    expect(await two?.accepts(nonce)).toBe(true)
    clock.advance(10)
    expect(await two?.accepts(nonce)).toBe(true)
    clock.advance(10)
    expect(await two?.accepts(nonce)).toBe(false)
  })

  test('of an instance whose clock is ahead are accepted', async () => {
    const clock = clockAt()
    const nonces = statelessNonces({ secrets: secret, lifetime: 10, now: clock })
    clock.advance(10)
    const nonce = await nonces.issue()
    clock.advance(-10)
    expect(await nonces.accepts(nonce)).toBe(true)
    clock.advance(-10)
    expect(await nonces.accepts(nonce)).toBe(false)
  })

  test('survive the rotation of their secret, and end with it', async () => {
    let secrets: string[] = [secret]
    const nonces = statelessNonces({ secrets: async () => secrets, now: clockAt() })
    const nonce = await nonces.issue()
    secrets = [newer, secret]
    expect(await nonces.accepts(nonce)).toBe(true)
    expect(await nonces.accepts(await nonces.issue())).toBe(true)
    secrets = [newer]
    expect(await nonces.accepts(nonce)).toBe(false)
  })

  test('without a secret have a random one of their own', async () => {
    const [one, two] = [statelessNonces(), statelessNonces()]
    const nonce = await one.issue()
    expect(await one.accepts(nonce)).toBe(true)
    expect(await two.accepts(nonce)).toBe(false)
  })

  test.for<readonly [string, (nonce: string) => string]>([
    ['another window', (nonce) => nonce.replace(/^\d+/, (window) => String(Number(window) + 1))],
    ['another spelling of the window', (nonce) => `0${nonce}`],
    ['another signature', (nonce) => `${nonce.split('.')[0]}.${'A'.repeat(43)}`],
    ['stray bits', (nonce) => `${nonce.slice(0, -1)}B`],
    ['no signature', (nonce) => nonce.split('.')[0] ?? ''],
  ])('with %s are refused', async ([, change]) => {
    const nonces = statelessNonces({ secrets: secret, now: clockAt() })
    expect(await nonces.accepts(change(await nonces.issue()))).toBe(false)
  })

  test.for<readonly [string, unknown]>([
    ['a short secret', { secrets: 'short' }],
    ['no secret', { secrets: [] }],
    ['too many secrets', { secrets: Array.from({ length: 9 }, () => secret) }],
    ['a lifetime of zero', { lifetime: 0 }],
    ['an unknown option', { secret }],
  ])('refuse %s', ([, options]) => {
    expect(() => statelessNonces(options as StatelessNonceOptions)).toThrow(TypeError)
  })

  test('name the wrong secrets of a function when they are used', async () => {
    const nonces = statelessNonces({ secrets: () => 'short' })
    await expect(async () => nonces.issue()).rejects.toThrow(TypeError)
  })
})
