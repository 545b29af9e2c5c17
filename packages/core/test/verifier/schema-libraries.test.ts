import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { ClaimsSchema } from '../../src/verifier/standard-schema.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const key = await createSigner('ES256')
const jwks = { keys: [key.jwk] }

interface Organisation {
  org: string
  tier: number
}

const libraries: readonly (readonly [string, ClaimsSchema<Organisation>])[] = [
  ['zod', z.object({ org: z.string(), tier: z.number().default(1) })],
  ['valibot', v.object({ org: v.string(), tier: v.optional(v.number(), 1) })],
  ['arktype', type({ org: 'string', tier: 'number = 1' })],
]

describe.for(libraries)('claims by %s', ([, claims]) => {
  const verifier = createVerifier({ issuer, audience, jwks, claims, now: clockAt() })
  const verify = async (over: object) => verifier.verify(await key.sign(claimsWith({ ...over })))

  test('are typed, completed, and put over the others', async () => {
    const token = await verify({ org: 'acme', other: true })
    expectTypeOf(token.claims.org).toEqualTypeOf<string>()
    expectTypeOf(token.claims.tier).toEqualTypeOf<number>()
    expect(token.claims).toMatchObject({ org: 'acme', tier: 1, other: true, iss: issuer })
  })

  test.for([{}, { org: 7 }, { org: 'acme', tier: '1' }, { org: null }])('%j does not fit', async (over) => {
    expect(await verdictOf(verify(over))).toBe('invalid_token')
  })
})

test('their types are inferred', () => {
  const base = { issuer, audience, jwks }
  const byZod = createVerifier({ ...base, claims: z.object({ org: z.string() }) })
  const byValibot = createVerifier({ ...base, claims: v.object({ org: v.string() }) })
  const byArktype = createVerifier({ ...base, claims: type({ org: 'string' }) })
  type Org<V extends { verify: (token: string) => Promise<{ claims: { org: unknown } }> }> = Awaited<
    ReturnType<V['verify']>
  >['claims']['org']
  expectTypeOf<Org<typeof byZod>>().toEqualTypeOf<string>()
  expectTypeOf<Org<typeof byValibot>>().toEqualTypeOf<string>()
  expectTypeOf<Org<typeof byArktype>>().toEqualTypeOf<string>()
})

test('an issuer has a schema of its own', async () => {
  const other = 'https://other.example.test'
  const verifier = createVerifier({
    audience,
    issuers: [
      { issuer, jwks },
      { issuer: other, jwks, claims: z.object({ org: z.string().transform((org) => org.toUpperCase()) }) },
    ],
    claims: z.object({ org: z.string() }),
    now: clockAt(),
  })
  const orgOf = async (iss: string) =>
    (await verifier.verify(await key.sign(claimsWith({ iss, org: 'acme' })))).claims.org
  expect([await orgOf(issuer), await orgOf(other)]).toEqual(['acme', 'ACME'])
})

test('a schema that takes its time, or makes what can be changed, runs for each request', async () => {
  const claims = z.object({ iat: z.number().transform(async (iat) => new Date(iat * 1000)) })
  const verifier = createVerifier({ issuer, audience, jwks, claims, now: clockAt() })
  const token = await key.sign()
  const [first, second] = [await verifier.verify(token), await verifier.verify(token)]
  expect(first.claims.iat).toEqual(second.claims.iat)
  expect(first.claims.iat).not.toBe(second.claims.iat)
})
