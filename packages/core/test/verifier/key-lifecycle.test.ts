import { describe, expect, test } from 'vitest'
import { type ExportedKeys, portableKeys } from '../../src/verifier/key-export.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer, type TestServer, text } from './support/http.js'
import { verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const a = await createSigner('ES256', 'a')
const b = await createSigner('ES256', 'b')
const claims = claimsWith({ exp: epoch + 10 * 86_400 })
const tokenOfA = await a.sign(claims)
const tokenOfB = await b.sign(claims)

function verifierOf(server: TestServer, options: object = {}) {
  return createVerifier({ issuer, audience, jwks: `${server.origin}/jwks`, now: clockAt(), ...options })
}

describe('warming up', () => {
  test('fetches metadata and keys once, so that the first token waits for nobody', async () => {
    await using server = await startServer((request, response) => {
      const body =
        request.url === '/keys' ? { keys: [a.jwk] } : { issuer: server.origin, jwks_uri: `${server.origin}/keys` }
      json(body)(request, response)
    })
    const verifier = createVerifier({ issuer: server.origin, audience, now: clockAt() })
    expect(verifier.status()).toEqual({
      ready: false,
      issuers: [{ issuer: server.origin, ready: false, keys: 0, fetchedAt: undefined, failure: undefined }],
    })
    const warm = { issuer: server.origin, ready: true, keys: 1, fetchedAt: epoch, failure: undefined }
    expect(await verifier.warmUp()).toEqual({ ready: true, issuers: [warm] })
    expect(await verdictOf(verifier.verify(await a.sign({ ...claims, iss: server.origin })))).toBe('accepted')
    expect(await verifier.warmUp()).toEqual(verifier.status())
    expect(server.paths).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  test('reports each issuer, and rejects for none', async () => {
    await using server = await startServer((request, response) =>
      (request.url === '/down' ? text('', {}, 500) : json({ keys: [a.jwk] }))(request, response),
    )
    const issuers = ['up', 'down'].map((name) => ({
      issuer: `https://${name}.example.test`,
      jwks: `${server.origin}/${name}`,
    }))
    const given = { issuer, jwks: { keys: [a.jwk] } }
    const verifier = createVerifier({ issuers: [...issuers, given], audience, now: clockAt() })
    const { ready, issuers: reports } = await verifier.warmUp()
    expect(ready).toBe(false)
    expect(reports).toMatchObject([
      { issuer: 'https://up.example.test', ready: true, failure: undefined },
      { issuer: 'https://down.example.test', ready: false, failure: expect.stringContaining('500') },
    ])
    await verifier.warmUp()
    expect(server.paths.toSorted()).toEqual(['/down', '/up'])
  })

  test('joins what a token waits for', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const verifier = verifierOf(server)
    await Promise.all([verifier.warmUp(), verifier.verify(tokenOfA), verifier.warmUp()])
    expect(server.paths).toHaveLength(1)
  })

  test('ends with the signal, for the one who gave it', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const release = server.hold()
    const verifier = verifierOf(server)
    const controller = new AbortController()
    const leaving = verifier.warmUp({ signal: controller.signal })
    const staying = verifier.warmUp()
    await server.arrived(1)
    controller.abort(new Error('gone'))
    await expect(leaving).rejects.toThrow('gone')
    release()
    expect((await staying).ready).toBe(true)
    await expect(verifier.warmUp({ signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early')
  })

  test('asks no more than eight issuers at a time', async () => {
    let most = 0
    let now = 0
    await using server = await startServer((request, response) => {
      now++
      most = Math.max(most, now)
      response.on('finish', () => now--)
      json({ keys: [a.jwk] })(request, response)
    })
    const issuers = Array.from({ length: 50 }, (_, i) => ({
      issuer: `https://i${i}.example.test`,
      jwks: `${server.origin}/${i}`,
    }))
    expect((await createVerifier({ issuers, audience, now: clockAt() }).warmUp()).ready).toBe(true)
    expect(server.paths).toHaveLength(50)
    expect(most).toBeLessThanOrEqual(8)
  })
})

describe('the status', () => {
  test('stays ready while the last good keys serve, and says why there are no newer ones', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const clock = clockAt()
    const verifier = verifierOf(server, { now: clock })
    await verifier.warmUp()
    server.answer(text('', {}, 503))
    clock.advance(600)
    expect(await verifier.warmUp()).toMatchObject({ ready: true, issuers: [{ fetchedAt: epoch, failure: /503/ }] })
    clock.advance(3600)
    expect(verifier.status()).toMatchObject({ ready: false, issuers: [{ keys: 1 }] })
    server.answer(json({ keys: [a.jwk, b.jwk] }))
    expect(await verifier.warmUp()).toMatchObject({ ready: true, issuers: [{ keys: 2, failure: undefined }] })
  })

  test('of sets that were given is ready', () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [a.jwk] } })
    expect(verifier.status()).toEqual({ ready: true, issuers: [] })
  })
})

describe('exported keys', () => {
  /** What a verifier exports that fetched A's key at the epoch, through JSON. */
  async function exported(server: TestServer) {
    const keys = portableKeys()
    await verifierOf(server, { keys }).warmUp()
    return JSON.parse(JSON.stringify(keys.export()))
  }

  test('are public, and all that the next process needs', async () => {
    await using server = await startServer(json({ keys: [a.privateJwk, { kty: 'oct', k: 'AAAA' }] }))
    const keys = await exported(server)
    expect(keys).toEqual({
      version: 1,
      sets: [
        {
          issuer,
          source: `${server.origin}/jwks`,
          fetchedAt: epoch,
          lifetime: 600,
          keys: [{ kty: 'EC', crv: 'P-256', x: a.jwk.x, y: a.jwk.y, kid: 'a', alg: 'ES256' }],
        },
      ],
    })
    const imported = portableKeys(keys)
    const next = verifierOf(server, { keys: imported })
    expect(next.status().ready).toBe(true)
    expect(imported.export()).toEqual(keys)
    expect(await verdictOf(next.verify(tokenOfA))).toBe('accepted')
    expect(server.paths).toHaveLength(1)
  })

  test('keep what limits a key', async () => {
    const limited = { ...a.jwk, issuer: 'https://other.example.test' }
    await using server = await startServer(json({ keys: [limited] }))
    const next = verifierOf(server, { keys: portableKeys(await exported(server)) })
    expect(await verdictOf(next.verify(tokenOfA))).toBe('invalid_token')
  })

  test('end when they would have ended where they come from', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const keys = await exported(server)
    server.answer(json({ keys: [b.jwk] }))
    const next = verifierOf(server, { keys: portableKeys(keys), now: clockAt(epoch + 600) })
    expect(await verdictOf(next.verify(tokenOfA))).toBe('invalid_token')
    expect(await verdictOf(next.verify(tokenOfB))).toBe('accepted')
  })

  test('bridge an outage for no longer either', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const keys = await exported(server)
    server.answer(text('', {}, 503))
    const at = (seconds: number) =>
      verifierOf(server, { keys: portableKeys(keys), now: clockAt(epoch + seconds) }).verify(tokenOfA)
    expect(await verdictOf(at(600 + 3599))).toBe('accepted')
    expect(await verdictOf(at(600 + 3600))).toBe('temporarily_unavailable')
  })

  test('are looked beyond when a kid is unknown', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const keys = await exported(server)
    server.answer(json({ keys: [a.jwk, b.jwk] }))
    expect(await verdictOf(verifierOf(server, { keys: portableKeys(keys) }).verify(tokenOfB))).toBe('accepted')
  })

  test.for<readonly [string, (set: Record<string, unknown>) => object]>([
    ['another issuer', (set) => ({ ...set, issuer: 'https://other.example.test' })],
    ['another place', (set) => ({ ...set, source: 'https://issuer.example.test/other' })],
    ['no place', ({ source: _, ...set }) => set],
    ['the future', (set) => ({ ...set, fetchedAt: epoch + 1 })],
    ['no time', (set) => ({ ...set, fetchedAt: null })],
    ['a time as text', (set) => ({ ...set, fetchedAt: `${epoch}` })],
    ['an endless life', (set) => ({ ...set, lifetime: 1e9 })],
    ['a life of nothing', (set) => ({ ...set, lifetime: 0 })],
    ['a life as text', (set) => ({ ...set, lifetime: '600' })],
    ['no keys', (set) => ({ ...set, keys: [] })],
    ['keys that are none', (set) => ({ ...set, keys: { 0: b.jwk } })],
    ['weak keys', (set) => ({ ...set, keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'b' }] })],
    ['symmetric keys', (set) => ({ ...set, keys: [{ kty: 'oct', k: 'AAAA', kid: 'b' }] })],
  ])('from %s are as if they were not there', async ([, change]) => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const [set] = (await exported(server)).sets
    const keys = { version: 1 as const, sets: [change({ ...set, keys: [b.jwk] })] } as ExportedKeys
    const next = verifierOf(server, { keys: portableKeys(keys) })
    expect(next.status().ready).toBe(false)
    expect(await verdictOf(next.verify(tokenOfB))).toBe('invalid_token')
    expect(await verdictOf(next.verify(tokenOfA))).toBe('accepted')
    expect(server.paths).toHaveLength(2)
  })

  test.for<readonly [string, object]>([
    ['another version', { version: 2, sets: [] }],
    ['no sets', { version: 1 }],
    ['sets that are none', { version: 1, sets: [null, 7, 'x', [], { issuer: 7 }] }],
  ])('%s is as if they were not there', async ([, keys]) => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const next = verifierOf(server, { keys: portableKeys(keys as ExportedKeys) })
    expect(await verdictOf(next.verify(tokenOfA))).toBe('accepted')
  })

  test.for([null, 'x', 7, [], { keys: [] }])('%j is no export', (keys) => {
    expect(() => portableKeys(keys as never)).toThrow(/^portableKeys takes what export\(\) returned/)
  })

  test('are those of one verifier', async () => {
    await using server = await startServer(json({ keys: [a.jwk] }))
    const keys = portableKeys()
    expect(() => keys.export()).toThrow(/given to a verifier first/)
    verifierOf(server, { keys })
    expect(() => verifierOf(server, { keys })).toThrow(/^keys belongs to another verifier/)
  })
})
