import { describe, expect, expectTypeOf, test } from 'vitest'
import type { VerifierEvent } from '../../src/verifier/events.js'
import type { ClaimsSchema, SchemaResult } from '../../src/verifier/types.js'
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
    expect(refusal.message).not.toContain('user-1')
  })

  test('cannot move what was checked: expiry and scopes are those of the token', async () => {
    const verifier = verifierWith(schema(() => ({ value: { exp: 'never', scope: 'admin' } })))
    const token = await verifier.verify(await signer.sign())
    expect(token).toMatchObject({ scopes: ['read', 'write'], expiresAt: expect.any(Number) })
    expectTypeOf(token.claims.exp).toEqualTypeOf<string>()
  })

  test('that throws is a refusal of ours, and an event', async () => {
    const events: VerifierEvent[] = []
    const failing = schema<object>(() => {
      throw new RangeError('user-1 broke it')
    })
    const refusal = await refusalOf(verifierWith(failing, (event) => events.push(event)).verify(await signer.sign()))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(refusal.message).not.toContain('user-1')
    expect(events[0]).toEqual({ type: 'internal_error', name: 'RangeError' })
  })
})
