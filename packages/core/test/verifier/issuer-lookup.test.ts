import { describe, expect, expectTypeOf, test } from 'vitest'
import { defineScopes } from '../../src/scopes/catalogue.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { FindIssuer, IssuerOptions } from '../../src/verifier/issuer-types.js'
import { lookUpIssuers } from '../../src/verifier/look-up-issuers.js'
import type { LookupOptions } from '../../src/verifier/open-issuers.js'
import { allowTenants } from '../../src/verifier/tenants.js'
import type { Verifier, VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const key = await createSigner('ES256', 'k')
const jwks = { keys: [key.jwk] }
const claims = claimsWith({ exp: epoch + 86_400 })
const good = await key.sign(claims)
const from = (iss: unknown) => key.sign(claimsWith({ iss }))

function setUp(
  find: (...asked: Parameters<FindIssuer>) => unknown,
  options: Partial<VerifierOptions> = {},
  limits: LookupOptions = {},
) {
  const clock = clockAt()
  const asked: string[] = []
  const events: VerifierEvent[] = []
  const ask: FindIssuer = (iss, signal) => {
    asked.push(iss)
    return find(iss, signal) as ReturnType<FindIssuer>
  }
  const issuers = lookUpIssuers(ask, limits)
  const onEvent = (event: VerifierEvent) => events.push(event)
  return { clock, asked, events, verifier: createVerifier({ issuers, audience, now: clock, onEvent, ...options }) }
}

const onlyOurs: FindIssuer = (iss) => (iss === issuer ? { issuer, jwks } : undefined)

describe('an issuer that is looked up', () => {
  test('is asked for once, by many at a time', async () => {
    const { asked, verifier } = setUp(async (iss, signal) => onlyOurs(iss, signal))
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => verdictOf(verifier.verify(good))))
    expect(new Set(verdicts)).toEqual(new Set(['accepted']))
    expect(asked).toEqual([issuer])
  })

  test('is asked for again after five minutes, and no longer trusted then if it is gone', async () => {
    const known = new Map([[issuer, { issuer, jwks }]])
    const { asked, clock, verifier } = setUp(async (iss) => known.get(iss))
    await verifier.verify(good)
    known.clear()
    clock.advance(299)
    expect(await verdictOf(verifier.verify(good))).toBe('accepted')
    clock.advance(1)
    expect(await verdictOf(verifier.verify(good))).toBe('invalid_token')
    expect(asked).toHaveLength(2)
  })

  test('that is unknown is asked for again after 30 s', async () => {
    const known = new Map<string, IssuerOptions>()
    const { asked, clock, verifier } = setUp(async (iss) => known.get(iss) ?? null)
    expect(await verdictOf(verifier.verify(good))).toBe('invalid_token')
    known.set(issuer, { issuer, jwks })
    clock.advance(29)
    expect(await verdictOf(verifier.verify(good))).toBe('invalid_token')
    clock.advance(1)
    expect(await verdictOf(verifier.verify(good))).toBe('accepted')
    expect(asked).toHaveLength(2)
  })

  test('keeps its keys when it is looked up again', async () => {
    await using server = await startServer(json(jwks))
    const { asked, clock, verifier } = setUp(async () => ({ issuer, jwks: `${server.origin}/jwks` }))
    await verifier.verify(good)
    clock.advance(300)
    await verifier.verify(good)
    expect(asked).toHaveLength(2)
    expect(server.paths).toHaveLength(1)
  })

  test('that moves its keys has the old ones forgotten', async () => {
    await using server = await startServer((request, response) =>
      json(request.url === '/old' ? jwks : { keys: [] })(request, response),
    )
    let place = '/old'
    const { clock, verifier } = setUp(async () => ({ issuer, jwks: server.origin + place }))
    await verifier.verify(good)
    place = '/new'
    clock.advance(300)
    expect(await verdictOf(verifier.verify(good))).toBe('invalid_token')
  })

  test('has rules of its own', async () => {
    const { verifier } = setUp(async () => ({
      issuer,
      jwks,
      audience: 'https://elsewhere.example',
      requiredClaims: ['org'],
    }))
    expect(await verdictOf(verifier.verify(good))).toBe('invalid_token')
    const fit = claimsWith({ aud: 'https://elsewhere.example', org: 'x' })
    expect(await verdictOf(verifier.verify(await key.sign(fit)))).toBe('accepted')
    expect(await verdictOf(verifier.verify(await key.sign({ ...fit, org: null })))).toBe('invalid_token')
  })

  test('C-S2 is only one that can be an issuer: nobody is asked about anything else', async () => {
    const { asked, verifier } = setUp(() => undefined)
    const strange = [
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'data:application/json,{}',
      'gopher://x',
      'https://user:pass@issuer.example.test',
      'https://issuer.example.test/?q=1',
      'https://issuer.example.test/#f',
      'https://issuer.example.test/ ',
      'https://issuer.example.test/\u0000',
      'https://issuer.exämple.test',
      `https://issuer.example.test/${'x'.repeat(600)}`,
      'issuer',
      'urn:x:y',
      '',
      '__proto__',
      7,
      null,
      ['https://issuer.example.test'],
      undefined,
    ]
    for (const iss of strange) expect(await verdictOf(verifier.verify(await from(iss)))).toBe('invalid_token')
    expect(asked).toEqual([])
  })

  test('nothing is fetched for one that is unknown', async () => {
    await using server = await startServer(json(jwks))
    const { verifier } = setUp(() => undefined)
    expect(await verdictOf(verifier.verify(await from(server.origin)))).toBe('invalid_token')
    expect(server.paths).toEqual([])
  })

  test('made-up ones push no good one out, and are no flood of questions', async () => {
    let answered = 0
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const { asked, verifier } = setUp(async (iss, signal) => {
      if (iss !== issuer) await gate
      answered++
      return onlyOurs(iss, signal)
    })
    await verifier.verify(good)
    const made = await Promise.all(Array.from({ length: 200 }, (_, i) => from(`https://x${i}.example.test`)))
    const verdicts = made.map((token) => verdictOf(verifier.verify(token)))
    expect(await verdictOf(verifier.verify(good))).toBe('accepted')
    open()
    const counted = await Promise.all(verdicts)
    expect(counted.filter((each) => each === 'invalid_token')).toHaveLength(64)
    expect(counted.filter((each) => each === 'temporarily_unavailable')).toHaveLength(136)
    expect([asked.length, answered]).toEqual([65, 65])
  })

  test('made-up ones do not keep a known one from being asked about again', async () => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const { asked, clock, verifier } = setUp(async (iss, signal) => {
      if (iss !== issuer) await gate
      return onlyOurs(iss, signal)
    })
    await verifier.verify(good)
    clock.advance(300)
    const made = await Promise.all(Array.from({ length: 64 }, (_, i) => from(`https://x${i}.example.test`)))
    const verdicts = made.map((token) => verdictOf(verifier.verify(token)))
    expect(await verdictOf(verifier.verify(good))).toBe('accepted')
    expect(asked).toHaveLength(66)
    open()
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['invalid_token']))
  })
})

describe('a lookup that fails is a 503, never a 401, and is left alone for a second', () => {
  test.for<readonly [string, () => unknown]>([
    [
      'a throw',
      () => {
        throw new Error('the secret host db.internal is down')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('the secret host db.internal is down'))],
    ['another issuer', () => ({ issuer: 'https://other.example.test', jwks })],
    ['no issuer', () => ({ jwks })],
    ['an unknown option', () => ({ issuer, jwksUri: 'x' })],
    ['keys over http', () => ({ issuer, jwks: 'http://keys.example.test' })],
    ['tenants', () => ({ issuer, tenants: allowTenants(['a']), jwks })],
    ['a number', () => 7],
  ])('%s', async ([, find]) => {
    const { asked, clock, events, verifier } = setUp(find)
    const refusal = await refusalOf(verifier.verify(good))
    expect(refusal).toMatchObject({ code: 'temporarily_unavailable', retryAfter: 1 })
    expect(JSON.stringify([refusal.answer, refusal.reason, events])).not.toContain('secret')
    expect(events[0]).toMatchObject({ type: 'issuer_unavailable', issuer })
    await refusalOf(verifier.verify(good))
    expect(asked).toHaveLength(1)
    clock.advance(1)
    await refusalOf(verifier.verify(good))
    expect(asked).toHaveLength(2)
  })

  test('no answer in time', async () => {
    let heard: AbortSignal | undefined
    const { events, verifier } = setUp(
      (_, signal) => {
        heard = signal
        return new Promise(() => undefined)
      },
      {},
      { timeout: 0.01 },
    )
    expect(await verdictOf(verifier.verify(good))).toBe('temporarily_unavailable')
    expect(heard?.aborted).toBe(true)
    expect(events[0]).toMatchObject({ reason: 'no answer came in time' })
  })

  test('a caller who leaves takes nobody along', async () => {
    let answer: (options: IssuerOptions) => void = () => undefined
    const { verifier } = setUp(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const controller = new AbortController()
    const leaving = verifier.verify(good, { signal: controller.signal })
    const staying = verifier.verify(good)
    controller.abort(new Error('gone'))
    await expect(leaving).rejects.toThrow('gone')
    answer({ issuer, jwks })
    expect(await verdictOf(staying)).toBe('accepted')
  })
})

describe('createVerifier refuses at once', () => {
  test.for<readonly [string, object, RegExp]>([
    ['a profile beside a lookup', { issuer }, /^issuer stands beside issuers/],
    ['issuers that are text', { issuers: issuer }, /^issuers is a list/],
    ['a bare function', { issuers: onlyOurs }, /^issuers is a list.* or what lookUpIssuers\(/],
  ])('%s', ([, options, message]) => {
    const issuers = lookUpIssuers(onlyOurs)
    expect(() => createVerifier({ issuers, audience, ...options } as VerifierOptions)).toThrow(message)
  })
})

describe('lookUpIssuers refuses at once', () => {
  test.for<readonly [string, unknown, object, RegExp]>([
    ['no function', undefined, {}, /^lookUpIssuers takes a function/],
    ['a limit of 0', onlyOurs, { maxAge: 0 }, /^maxAge is a number of seconds above 0, 86400/],
    ['an endless answer', onlyOurs, { maxAge: 1e9 }, /^maxAge/],
    ['a limit that is null', onlyOurs, { maxAge: null }, /^maxAge/],
    ['a timeout as text', onlyOurs, { timeout: '2' }, /^timeout/],
    ['an unknown option', onlyOurs, { lookupTimeout: 2 }, /^lookUpIssuers has no option 'lookupTimeout'/],
  ])('%s', ([, find, limits, message]) => {
    expect(() => lookUpIssuers(find as FindIssuer, limits)).toThrow(message)
  })
})

test('scopes that are mapped are those of the catalogue, for the compiler', () => {
  const scopes = defineScopes({ 'accounts:read': 'Read', 'accounts:write': 'Write' })
  const read = { map: { admin: ['accounts:read'] } } as const
  const issuers = lookUpIssuers(async (issuer) => ({ issuer, scopeMapping: read }))
  const verifier = createVerifier({ audience, scopes, issuers })
  expectTypeOf(verifier).toEqualTypeOf<Verifier<'accounts:read' | 'accounts:write'>>()
  createVerifier({ audience, scopes, issuers: lookUpIssuers(async (issuer) => ({ issuer })) })
  const others = lookUpIssuers(async (issuer) => ({ issuer, scopeMapping: { map: { admin: ['admin'] } } }))
  // @ts-expect-error it has no scope 'admin'
  createVerifier({ audience, scopes, issuers: others })
})
