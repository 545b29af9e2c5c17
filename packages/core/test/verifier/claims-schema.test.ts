import { describe, expect, expectTypeOf, test } from 'vitest'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { ClaimsSchema, SchemaResult } from '../../src/verifier/standard-schema.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')

/** A Standard Schema by hand, as zod, valibot and arktype make them. */
function schema<C extends object>(
  validate: (value: unknown) => SchemaResult<C> | Promise<SchemaResult<C>>,
): ClaimsSchema<C> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function verifierWith<C extends object>(claims: ClaimsSchema<C>, onEvent?: (event: VerifierEvent) => void) {
  return createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt(), claims, onEvent })
}

describe('a claims schema', () => {
  test('types and replaces claims; the others stay', async () => {
    const verifier = verifierWith(
      schema((value) => ({ value: { tenant: { id: String(Reflect.get(Object(value), 'tenant')) } } })),
    )
    const { claims } = await verifier.verify(await signer.sign(claimsWith({ tenant: 't1', other: 1 })))
    expect(claims).toMatchObject({ tenant: { id: 't1' }, other: 1, sub: 'user-1', iss: issuer })
    expectTypeOf(claims.iss).toEqualTypeOf<string>()
    expectTypeOf(claims.tenant).toEqualTypeOf<{ id: string }>()
  })

  test('may take its time', async () => {
    const verifier = verifierWith(schema(async () => Promise.resolve({ value: { level: 3 } })))
    const { claims } = await verifier.verify(await signer.sign())
    expectTypeOf(claims.level).toEqualTypeOf<number>()
    expect(claims.level).toBe(3)
  })

  test('that the claims do not fit makes a 401 which quotes none of them', async () => {
    const verifier = verifierWith(schema(() => ({ issues: [{ message: 'user-1 is not allowed' }] })))
    const refusal = await refusalOf(verifier.verify(await signer.sign()))
    expect(refusal.code).toBe('invalid_token')
    expect(`${refusal.message}${refusal.reason}`).not.toContain('user-1')
  })

  test('cannot move what was checked: expiry and scopes are those of the token', async () => {
    const verifier = verifierWith(schema(() => ({ value: { exp: 'never', scope: 'admin' } })))
    const token = await verifier.verify(await signer.sign())
    expect(token).toMatchObject({ scopes: ['read', 'write'], expiresAt: expect.any(Number) })
    expectTypeOf(token.claims.exp).toEqualTypeOf<string>()
  })

  test('runs again for each request where it makes what cannot be frozen, so that no request can change it for another', async () => {
    let runs = 0
    const verifier = verifierWith(
      schema(async () => {
        runs++
        return { value: { seen: new Date(0), tags: new Map([['a', 1]]) } }
      }),
    )
    const text = await signer.sign()
    const first = await verifier.verify(text)
    first.claims.seen.setFullYear(2099)
    first.claims.tags.clear()
    const second = await verifier.verify(text)
    expect([second.claims.seen.getTime(), second.claims.tags.size, runs]).toEqual([0, 1, 2])
  })

  test('runs once for a token whose claims it makes of plain objects', async () => {
    let runs = 0
    const verifier = verifierWith(schema(async () => ({ value: { run: ++runs } })))
    const text = await signer.sign()
    expect(await verifier.verify(text)).toBe(await verifier.verify(text))
    expect(runs).toBe(1)
  })

  test('makes claims that nobody can change, for a remembered token is handed out again', async () => {
    class Tenant {
      name = 't1'
    }
    const circle: Record<string, unknown> = { roles: [{ name: 'reader' }] }
    circle.self = circle
    const inner = { list: ['a'] }
    const value = { realm: { roles: ['reader'] }, half: Object.freeze({ inner }), circle, tenant: new Tenant() }
    const verifier = verifierWith(schema(() => ({ value })))
    const text = await signer.sign()
    const { claims } = await verifier.verify(text)
    expect(() => claims.realm.roles.push('admin')).toThrow(TypeError)
    expect(() => claims.half.inner.list.push('b')).toThrow(TypeError)
    expect(() => Object.assign(Object(claims.circle.roles)[0], { name: 'admin' })).toThrow(TypeError)
    claims.tenant.name = 'an instance of a class is left to its class'
    expect((await verifier.verify(text)).claims.realm.roles).toEqual(['reader'])
  })

  test.for<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'yes'],
    ['no value', {}],
    ['null issues', { issues: null, value: {} }],
    ['a value that is undefined', { value: undefined }],
    ['a value that is null', { value: null }],
    ['a value that is a list', { value: [] }],
    ['a value that is a text', { value: 'claims' }],
  ])('that answers with %s lets nobody in', async ([, result]) => {
    const broken = schema<object>(() => result as SchemaResult<object>)
    const refusal = await refusalOf(verifierWith(broken).verify(await signer.sign()))
    expect(refusal.code).toBe('temporarily_unavailable')
  })

  test('that takes so long that the token expires makes a 401', async () => {
    const now = clockAt()
    const slow = schema<object>(async () => {
      now.advance(300)
      return { value: {} }
    })
    const verifier = createVerifier({
      issuer,
      audience,
      jwks: { keys: [signer.jwk] },
      clockTolerance: 0,
      now,
      claims: slow,
    })
    expect((await refusalOf(verifier.verify(await signer.sign()))).code).toBe('invalid_token')
  })

  test('that never answers holds nobody who gives up', async () => {
    const controller = new AbortController()
    const stuck = schema<object>(() => {
      controller.abort(new Error('gone'))
      return new Promise(() => undefined)
    })
    const waiting = verifierWith(stuck).verify(await signer.sign(), { signal: controller.signal })
    await expect(waiting).rejects.toThrow('gone')
  })

  test('that throws is a refusal of ours, and an event', async () => {
    const events: VerifierEvent[] = []
    const failing = schema<object>(() => {
      throw new RangeError('user-1 broke it')
    })
    const refusal = await refusalOf(verifierWith(failing, (event) => events.push(event)).verify(await signer.sign()))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(`${refusal.message}${refusal.reason}`).not.toContain('user-1')
    expect(events[0]).toEqual({ type: 'internal_error', name: 'RangeError' })
  })
})
